package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.ModelOutput;
import io.gradflow.common.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The columns that predicting adds.
 *
 * <ul>
 *   <li>Classes: {@code prediction}, the most probable label as text, and {@code probability_LABEL}
 *       for each, a float.
 *   <li>A class for every step: {@code prediction}, an array of texts, and {@code probability}, an
 *       array of what the predicted ones have; null where a step does not count.
 *   <li>Labels that belong to no steps (loss ctc): {@code prediction}, an array of texts.
 *   <li>One number: {@code prediction}, a float.
 *   <li>Several numbers: {@code prediction_COLUMN} for each target column, a float; numbered from 0
 *       where one column holds several.
 * </ul>
 *
 * <p>With several outputs the columns of each begin with its name: {@code digit_prediction}, {@code
 * digit_probability_7}.
 */
final class PredictionColumns {
  private static final String PREDICTION = "prediction";

  private PredictionColumns() {}

  private static List<StructField> of(ModelSpec spec) {
    List<ModelOutput> outputs = spec.modelOutputs();
    List<StructField> columns = new ArrayList<>();
    for (ModelOutput output : outputs) {
      add(output, outputs.size() == 1 ? "" : output.name() + "_", columns);
    }
    return columns;
  }

  private static void add(ModelOutput output, String prefix, List<StructField> columns) {
    String prediction = prefix + PREDICTION;
    int width = output.predictionWidth();
    if (!output.classes().isEmpty()) {
      if (output.steps() > 1) {
        columns.add(array(prediction, DataTypes.StringType));
        if (!output.isUnaligned()) {
          columns.add(array(prefix + "probability", DataTypes.FloatType));
        }
        return;
      }
      columns.add(DataTypes.createStructField(prediction, DataTypes.StringType, true));
      for (String label : output.classes()) {
        columns.add(number(prefix + "probability_" + label));
      }
    } else if (width == 1) {
      columns.add(number(prediction));
    } else {
      List<String> targets = output.targetColumns();
      for (int i = 0; i < width; i++) {
        columns.add(number(prediction + "_" + (targets.size() == width ? targets.get(i) : i)));
      }
    }
  }

  /**
   * The columns, checked against those that the input has.
   *
   * @throws GradflowException BAD_DATA if the input has one of them already
   */
  static List<StructField> added(List<StructField> input, ModelSpec spec) {
    List<StructField> added = of(spec);
    for (StructField column : added) {
      if (input.stream().anyMatch(field -> field.name().equalsIgnoreCase(column.name()))) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "the data have a column "
                + column.name()
                + " already; predicting adds one of that name: rename or drop it first");
      }
    }
    return added;
  }

  private static StructField array(String name, DataType element) {
    return DataTypes.createStructField(name, DataTypes.createArrayType(element, true), true);
  }

  private static StructField number(String name) {
    return DataTypes.createStructField(name, DataTypes.FloatType, true);
  }
}
