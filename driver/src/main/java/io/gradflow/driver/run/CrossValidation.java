package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.job.FoldsSpec;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.report.FoldsReport;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * One training a fold, each from the start: reads and fits the rows that are not of the fold, so
 * that nothing is learned from those it is validated on. Leaves no checkpoints.
 */
final class CrossValidation {
  private final SparkSession spark;
  private final Job job;
  private final FoldsSpec folds;

  CrossValidation(SparkSession spark, Job job, FoldsSpec folds) {
    this.spark = spark;
    this.job = job;
    this.folds = folds;
  }

  /**
   * @param prepare gives the data of a fold; closed here
   * @throws GradflowException STOPPED if it was stopped; the folds so far are lost
   */
  FoldsReport run(
      Function<DataSpec, PreparedData> prepare,
      List<TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    List<FoldsReport.Fold> done = new ArrayList<>();
    for (int fold = 1; fold <= folds.count(); fold++) {
      String text = "fold " + fold + " of " + folds.count();
      listeners.forEach(
          listener -> listener.onNotice(new TrainingNotice(0, TrainingNotice.Kind.FOLD, text)));
      Job own =
          job.with(job.data().withHoldouts(Optional.of(folds.holdout(fold)), job.data().test()));
      try (PreparedData data = prepare.apply(own.data())) {
        Training training = new Training(spark, own, data, JobFacts.of(own, data.fingerprint()));
        TrainResult result =
            training.run(training.start(), listeners, StateKeeper.NONE, stop).summary().result();
        if (result.ending() == TrainResult.Ending.STOPPED) {
          throw new GradflowException(
              ExitCode.STOPPED,
              "stopped on request in "
                  + text
                  + "; cross-validation starts anew with its first fold");
        }
        done.add(new FoldsReport.Fold(result.bestEpoch(), result.validation().orElseThrow()));
      }
    }
    return new FoldsReport(done);
  }

  /** The job that trains on all rows, for as many epochs as the folds' weights took on average. */
  static Job onAllRows(Job job, FoldsReport report) {
    return job.with(
        job.train()
            .withoutEarlyStopping(
                job.train().earlyStopping().isPresent() ? report.epochs() : job.train().epochs()));
  }
}
