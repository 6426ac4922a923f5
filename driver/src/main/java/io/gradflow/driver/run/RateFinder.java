package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.optim.ScheduleSpec;
import io.gradflow.driver.search.RateRange;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;

/** The learning rate range test on a job's own data; leaves nothing behind. */
public final class RateFinder {
  private final SparkSession spark;
  private final Job job;

  /**
   * @param job whose {@code train.epochs} leave room for the steps
   */
  public RateFinder(SparkSession spark, Job job) {
    this.spark = spark;
    this.job = job;
  }

  /** Rates from one to another, by the same factor every step. */
  private record Rising(double from, double to, int steps) implements ScheduleSpec {
    @Override
    public double learningRate(double base, long step, long totalSteps) {
      return from * StrictMath.pow(to / from, (double) step / Math.max(1, steps - 1));
    }
  }

  /**
   * Runs the test.
   *
   * @param steps at most
   */
  public RateRange run(double from, double to, int steps) throws IOException {
    RateRange range = new RateRange();
    AtomicBoolean over = new AtomicBoolean();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport step) {
            boolean more = step.weightSum() == 0 || range.add(step.learningRate(), step.meanLoss());
            over.set(!more || step.step() >= steps);
          }
        };
    try (PreparedData data =
        PreparedData.prepare(spark, job.data(), job.seed(), job.train().microShardCount())) {
      Training training =
          new Training(
              spark, job, data, JobFacts.of(job, data.fingerprint()), new Rising(from, to, steps));
      training.train(training.start(), List.of(listener), StateKeeper.NONE, over::get);
    } catch (GradflowException e) {
      if (e.code() != ExitCode.DIVERGED) {
        throw e;
      }
    }
    return range;
  }
}
