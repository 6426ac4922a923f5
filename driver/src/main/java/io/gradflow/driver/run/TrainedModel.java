package io.gradflow.driver.run;

import io.gradflow.common.data.SeriesWindows;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Model;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.ModelSpec;
import io.gradflow.common.model.Predictor;
import io.gradflow.common.model.Storage;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.data.OnBadRow;
import io.gradflow.driver.data.SeriesRows;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.profile.TableProfile;
import io.gradflow.driver.train.Evaluation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.reflect.ClassTag$;

/** A trained model in Spark's hands. Immutable. */
public final class TrainedModel {
  static final String PROBLEM = "_gradflow_problem";

  private final Model model;
  private final Optional<TableProfile> profile;

  public TrainedModel(Model model) {
    this(model, Optional.empty());
  }

  /**
   * @param profile of the rows that the model was trained on, to compare later ones with
   */
  TrainedModel(Model model, Optional<TableProfile> profile) {
    this.model = model;
    this.profile = profile;
  }

  /**
   * Loads a model directory, or the {@code model} directory of a run's.
   *
   * @param path any Hadoop URI
   */
  public static TrainedModel load(SparkSession spark, String path) throws IOException {
    Storage directory = SavedModels.find(path, spark.sparkContext().hadoopConfiguration());
    return new TrainedModel(ModelDirectory.read(directory), SavedProfile.read(directory));
  }

  /** Writes a model directory; any Hadoop URI. Replaces a model that is there. */
  public void save(SparkSession spark, String path) throws IOException {
    save(HadoopStorage.at(path, spark.sparkContext().hadoopConfiguration()));
  }

  void save(Storage directory) throws IOException {
    ModelDirectory.write(directory, model);
    SavedProfile.write(directory, profile);
  }

  /** What the model is. */
  public ModelSpec spec() {
    return model.spec();
  }

  /** What the rows were like that the model was trained on, if that is known. */
  public Optional<TableProfile> profile() {
    return profile;
  }

  /** The same model for plain Java. */
  public Predictor predictor() {
    return new Predictor(model);
  }

  /** Loss and training's metrics over labelled rows; a row that cannot be used is a failure. */
  public Evaluation evaluate(Dataset<Row> rows) {
    return evaluate(SourceTable.of("the given rows", rows), new OnBadRow.Fail(), List.of())
        .evaluation();
  }

  /**
   * Loss and metrics over labelled rows.
   *
   * @param metrics instead of those that training reported, unless empty
   */
  public EvaluationOutcome evaluate(
      SourceTable table, OnBadRow onBadRow, List<OutputMetric> metrics) {
    return ModelEvaluation.of(
        table.rows().sparkSession(), model, profile, table, onBadRow, metrics);
  }

  /**
   * The rows with predictions: {@code prediction} and {@code probability_LABEL} for classes, {@code
   * prediction} for a number. All columns of the input are kept. A row that cannot be encoded ends
   * the job that reads the result. Of time series, the rows that have a whole history before them
   * are given, and no others.
   *
   * @throws GradflowException BAD_DATA if a column that the model needs is missing, or one that is
   *     added is there already
   */
  public Dataset<Row> transform(Dataset<Row> rows) {
    return transform(rows, Optional.empty(), false, Optional.empty());
  }

  /**
   * As {@link #transform(Dataset)}.
   *
   * @param malformed the column that holds the text of records that are no rows; not kept
   * @param marking whether bad rows go on, with null predictions and with the reason in one more
   *     column, {@value #PROBLEM}
   * @param tallies count what the rows hold, if that is wanted
   */
  Dataset<Row> transform(
      Dataset<Row> rows,
      Optional<String> malformed,
      boolean marking,
      Optional<TallyAccumulator> tallies) {
    requireColumns(rows);
    Optional<SeriesWindows> series = spec().preprocessing().series();
    Dataset<Row> predicted =
        predicted(
            series.map(each -> SeriesRows.of("the data", rows, each.unlabelled())).orElse(rows),
            malformed,
            marking,
            tallies);
    return series.map(each -> SeriesRows.restored(predicted, each)).orElse(predicted);
  }

  private Dataset<Row> predicted(
      Dataset<Row> rows,
      Optional<String> malformed,
      boolean marking,
      Optional<TallyAccumulator> tallies) {
    StructType schema = rows.schema();
    List<StructField> kept = new ArrayList<>(List.of(schema.fields()));
    kept.removeIf(field -> malformed.isPresent() && field.name().equals(malformed.get()));
    List<StructField> fields = new ArrayList<>(kept);
    fields.addAll(PredictionColumns.added(kept, spec()));
    if (marking) {
      fields.add(DataTypes.createStructField(PROBLEM, DataTypes.StringType, true));
    }
    SparkContext spark = rows.sparkSession().sparkContext();
    byte[] json = SpecWriter.toJson(spec()).getBytes(StandardCharsets.UTF_8);
    PredictTask task =
        new PredictTask(
            spark.broadcast(json, ClassTag$.MODULE$.apply(byte[].class)),
            spark.broadcast(model.weights(), ClassTag$.MODULE$.apply(float[].class)),
            schema,
            malformed.orElse(null),
            marking,
            tallies.orElse(null));
    return rows.mapPartitions(task, Encoders.row(DataTypes.createStructType(fields)));
  }

  private void requireColumns(Dataset<Row> rows) {
    List<String> there = Arrays.asList(rows.columns());
    List<String> missing =
        spec().preprocessing().unlabelled().groups().groups().stream()
            .flatMap(group -> group.columns().stream())
            .filter(column -> !there.contains(column))
            .distinct()
            .toList();
    if (!missing.isEmpty()) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "the data lack columns that model "
              + spec().name()
              + " needs: "
              + missing
              + "; they have "
              + there);
    }
  }
}
