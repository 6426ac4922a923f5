package io.gradflow.driver.run;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.Weights;
import io.gradflow.common.model.Model;
import io.gradflow.common.model.ModelSpec;
import io.gradflow.driver.data.EncodedData;
import io.gradflow.driver.data.OnBadRow;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.data.RowOrder;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.profile.Drift;
import io.gradflow.driver.profile.TableProfile;
import io.gradflow.driver.profile.TableTally;
import io.gradflow.driver.step.JobSteps;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.worker.replica.RunSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Loss and metrics of a saved model over labelled rows, computed by the executors with the code of
 * training's own evaluation. The same rows give the same bits, whatever their files and the
 * cluster.
 */
final class ModelEvaluation {
  // Bounds the parallelism; the order of the sums, and so their last bits, depend on it.
  private static final int MICRO_SHARDS = 16;
  private static final int BATCH = 256 * MICRO_SHARDS;

  private ModelEvaluation() {}

  /**
   * @param profile of the rows of training
   * @param metrics instead of those that training reported, unless empty
   */
  static EvaluationOutcome of(
      SparkSession spark,
      Model model,
      Optional<TableProfile> profile,
      SourceTable table,
      OnBadRow onBadRow,
      List<OutputMetric> metrics) {
    ModelSpec spec = model.spec();
    try (EncodedData data =
        PreparedData.encode(
            table, spec.preprocessing(), onBadRow, RowOrder.CONTENT, 0, MICRO_SHARDS)) {
      long rows = data.shards().rowCount();
      if (rows == 0) {
        throw new GradflowException(
            ExitCode.BAD_DATA, table.name() + " has no rows that can be used; expected some");
      }
      RunSpec run =
          new RunSpec(
              spec.network(),
              spec.preprocessing().schema(),
              OutputMetric.measured(spec, metrics),
              Numerics.PORTABLE,
              0,
              rows,
              BATCH,
              MICRO_SHARDS,
              Optional.empty(),
              List.of(),
              Optional.empty());
      int tasks = TrainingRun.slots(spark);
      try (StepRunner runner =
          new JobSteps(
              spark.sparkContext(), run, Map.of(Split.TRAIN, data.shards()::regroup), tasks)) {
        Evaluation evaluation =
            Evaluation.of(
                runner.evaluate(Split.TRAIN, new Weights(0, model.weights())), run.metricSet());
        return new EvaluationOutcome(
            evaluation,
            data.rejected(),
            data.samples(),
            profile.map(before -> notable(before, data.tally())).orElse(List.of()));
      }
    }
  }

  /** The columns that have drifted enough to say so, the furthest first. */
  static List<Drift> notable(TableProfile before, TableTally later) {
    return later.driftFrom(before).stream()
        .filter(Drift::notable)
        .sorted(Comparator.comparingDouble(Drift::psi).reversed())
        .toList();
  }
}
