package io.gradflow.driver.run;

import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.data.OnBadRow;
import io.gradflow.driver.data.SourceSpec;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.profile.Drift;
import io.gradflow.driver.profile.TableTally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Predicting from files into files. */
public final class Predictions {
  /** What predictions are written as. */
  public enum Format {
    PARQUET,
    CSV,
    JSON
  }

  /**
   * Rows by what became of them.
   *
   * @param rejected that could not be encoded
   * @param drift of the predicted rows' columns from the rows of training, where it is notable
   */
  public record Counts(long predicted, long rejected, List<Drift> drift) {
    public Counts {
      drift = List.copyOf(drift);
    }
  }

  private Predictions() {}

  /**
   * Adds prediction columns to a source's rows and writes them to a new directory.
   *
   * @throws GradflowException OUTPUT_BLOCKED if the output exists; BAD_DATA if columns that the
   *     model needs are missing or rows cannot be encoded
   */
  public static Counts write(
      SparkSession spark,
      TrainedModel model,
      SourceSpec source,
      OnBadRow onBadRow,
      String output,
      Format format)
      throws IOException {
    Storage target = HadoopStorage.at(output, spark.sparkContext().hadoopConfiguration());
    if (target.exists("")) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "output " + target.location("") + " exists; choose another --output");
    }
    SourceTable table = SourceTable.open(spark, "--data", source);
    boolean failing = onBadRow instanceof OnBadRow.Fail;
    // Refused rows are written by a job of its own, which is not to count.
    if (onBadRow instanceof OnBadRow.Quarantine quarantine) {
      quarantine(
          model
              .transform(table.visible(), table.malformed(), true, Optional.empty())
              .filter(functions.col(TrainedModel.PROBLEM).isNotNull()),
          table,
          quarantine.path());
    }
    Optional<TallyAccumulator> tallies = tallies(spark, model);
    Dataset<Row> rows = model.transform(table.visible(), table.malformed(), !failing, tallies);
    Column problem =
        failing ? functions.lit(null).cast("string") : functions.col(TrainedModel.PROBLEM);
    Observation seen = new Observation();
    rows.observe(
            seen,
            functions.count(functions.lit(1)).as("rows"),
            functions.count(problem).as("rejected"))
        .filter(problem.isNull())
        .drop(TrainedModel.PROBLEM)
        .write()
        .format(format.name().toLowerCase(Locale.ROOT))
        .option("header", true)
        .save(output);
    return counts(
        seen,
        tallies
            .map(all -> ModelEvaluation.notable(model.profile().get(), all.value()))
            .orElse(List.of()));
  }

  private static Optional<TallyAccumulator> tallies(SparkSession spark, TrainedModel model) {
    if (model.profile().isEmpty()) {
      return Optional.empty();
    }
    Preprocessing unlabelled = model.spec().preprocessing().unlabelled();
    TallyAccumulator tallies =
        new TallyAccumulator(TableTally.of(unlabelled.groups(), unlabelled.parts().size()));
    spark.sparkContext().register(tallies, "gradflow profile");
    return Optional.of(tallies);
  }

  private static Counts counts(Observation seen, List<Drift> drift) {
    try {
      Map<String, Object> counted = seen.getAsJava();
      long rejected = (Long) counted.get("rejected");
      return new Counts((Long) counted.get("rows") - rejected, rejected, drift);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted after the predictions were written", e);
    }
  }

  /** The refused rows' own columns and why they were refused, as JSON lines. */
  private static void quarantine(Dataset<Row> refused, SourceTable table, String path) {
    List<Column> columns = new ArrayList<>();
    for (String name : table.visible().columns()) {
      if (!table.malformed().equals(Optional.of(name))) {
        columns.add(refused.col("`" + name.replace("`", "``") + "`"));
      }
    }
    columns.add(refused.col(TrainedModel.PROBLEM).as("reason"));
    refused.select(columns.toArray(Column[]::new)).write().json(path);
  }
}
