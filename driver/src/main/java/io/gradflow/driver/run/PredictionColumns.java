package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The columns that predicting adds.
 *
 * <ul>
 *   <li>Classes: {@code prediction}, the most probable label as text, and {@code probability_LABEL}
 *       for each, a float.
 *   <li>One number: {@code prediction}, a float.
 *   <li>Several numbers: {@code prediction_COLUMN} for each target column, a float; numbered from 0
 *       where one column holds several.
 * </ul>
 */
final class PredictionColumns {
  private static final String PREDICTION = "prediction";

  private PredictionColumns() {}

  private static List<StructField> of(ModelSpec spec) {
    List<StructField> columns = new ArrayList<>();
    if (!spec.classes().isEmpty()) {
      columns.add(DataTypes.createStructField(PREDICTION, DataTypes.StringType, true));
      for (String label : spec.classes()) {
        columns.add(number("probability_" + label));
      }
    } else if (spec.predictionWidth() == 1) {
      columns.add(number(PREDICTION));
    } else {
      List<String> targets =
          spec.preprocessing().targets().get(0).parts().stream()
              .flatMap(part -> part.raw().columns().stream())
              .toList();
      for (int i = 0; i < spec.predictionWidth(); i++) {
        columns.add(
            number(
                PREDICTION
                    + "_"
                    + (targets.size() == spec.predictionWidth() ? targets.get(i) : i)));
      }
    }
    return columns;
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

  private static StructField number(String name) {
    return DataTypes.createStructField(name, DataTypes.FloatType, true);
  }
}
