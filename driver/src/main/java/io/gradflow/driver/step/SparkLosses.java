package io.gradflow.driver.step;

import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Tells the exchange what Spark has lost: attempts that ended otherwise than well, executors. */
final class SparkLosses extends SparkListener {
  private final StepExchange exchange;

  SparkLosses(StepExchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() != Success$.MODULE$ && end.taskInfo() != null) {
      exchange.attemptLost(end.taskInfo().taskId());
    }
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    exchange.executorLost(removed.executorId());
  }
}
