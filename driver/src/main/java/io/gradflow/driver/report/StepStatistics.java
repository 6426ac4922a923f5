package io.gradflow.driver.report;

import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.StepTimings;
import io.gradflow.driver.train.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the time of a run's steps went, as medians, in constant memory. */
public final class StepStatistics implements TrainingListener {
  private final Durations total = new Durations();
  private final Durations compute = new Durations();
  private final Durations wait = new Durations();
  private final Durations broadcast = new Durations();
  private final Durations reduce = new Durations();
  private final Durations optimizer = new Durations();
  private final Durations spark = new Durations();
  private long rows;
  private int tasks;

  @Override
  public void onStep(StepReport step) {
    StepTimings timings = step.timings();
    total.add(timings.totalNanos());
    compute.add(timings.computeNanos());
    wait.add(timings.waitNanos());
    broadcast.add(timings.broadcastNanos());
    reduce.add(timings.reduceNanos());
    optimizer.add(timings.optimizerNanos());
    spark.add(timings.sparkNanos());
    rows += step.rows();
    tasks = step.tasks();
  }

  /** Rows that all steps together have seen. */
  long rows() {
    return rows;
  }

  /** Tasks of the last step. */
  int tasks() {
    return tasks;
  }

  /** {@code median, p95} of whole steps, and the median of each part, in milliseconds. */
  Map<String, Object> stepMillis() {
    Map<String, Object> millis = new LinkedHashMap<>();
    millis.put("median", total.quantileMillis(0.5));
    millis.put("p95", total.quantileMillis(0.95));
    millis.put("compute", compute.quantileMillis(0.5));
    millis.put("wait", wait.quantileMillis(0.5));
    millis.put("broadcast", broadcast.quantileMillis(0.5));
    millis.put("reduce", reduce.quantileMillis(0.5));
    millis.put("optimizer", optimizer.quantileMillis(0.5));
    millis.put("spark", spark.quantileMillis(0.5));
    return millis;
  }
}
