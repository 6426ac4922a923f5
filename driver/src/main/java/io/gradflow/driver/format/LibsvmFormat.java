package io.gradflow.driver.format;

import io.gradflow.common.data.NumberText;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.ReduceFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * LIBSVM's text format: {@code label index:value index:value ...}, indices from 1 and ascending,
 * what is not written is 0, and # begins a remark. Columns {@code label}, text, and {@code
 * features}, a sparse vector. A line that is none is a malformed record.
 */
public final class LibsvmFormat implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1;
  private static final int MAX_FEATURES = 1 << 27;

  private final int features;

  private LibsvmFormat(int features) {
    this.features = features;
  }

  /**
   * The rows.
   *
   * @param lines a column of text
   * @param features numbers of a row; 0 to find the largest index by a job
   * @param malformed the column that takes the lines which are none
   */
  public static Dataset<Row> table(Dataset<Row> lines, int features, String malformed) {
    Dataset<Row> text =
        lines.filter(functions.trim(functions.col(lines.columns()[0])).notEqual(""));
    int width = features > 0 ? features : Math.max(1, largest(text));
    StructType schema =
        new StructType()
            .add("label", DataTypes.StringType)
            .add("features", vector())
            .add(malformed, DataTypes.StringType);
    return text.map(new LibsvmFormat(width), Encoders.row(schema));
  }

  private static int largest(Dataset<Row> lines) {
    return lines
        .map(
            (MapFunction<Row, Integer>)
                line -> {
                  List<Integer> indices = new ArrayList<>();
                  return parse(line.getString(0), MAX_FEATURES, indices, new ArrayList<>()) == null
                          || indices.isEmpty()
                      ? 0
                      : indices.get(indices.size() - 1) + 1;
                },
            Encoders.INT())
        .reduce((ReduceFunction<Integer>) Math::max);
  }

  private static StructType vector() {
    return new StructType()
        .add("type", DataTypes.ByteType, false)
        .add("size", DataTypes.IntegerType)
        .add("indices", DataTypes.createArrayType(DataTypes.IntegerType, false))
        .add("values", DataTypes.createArrayType(DataTypes.DoubleType, false));
  }

  @Override
  public Row call(Row line) {
    List<Integer> indices = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    String label = parse(line.getString(0), features, indices, values);
    return label == null
        ? RowFactory.create(null, null, line.getString(0))
        : RowFactory.create(
            label,
            RowFactory.create(
                (byte) 0, features, indices.toArray(Integer[]::new), values.toArray(Double[]::new)),
            null);
  }

  /** The label; null if the line is none. */
  private static String parse(
      String line, int features, List<Integer> indices, List<Double> values) {
    int remark = line.indexOf('#');
    StringTokenizer parts = new StringTokenizer(remark < 0 ? line : line.substring(0, remark));
    String label = parts.hasMoreTokens() ? parts.nextToken() : null;
    int before = -1;
    while (parts.hasMoreTokens()) {
      String part = parts.nextToken();
      int colon = part.indexOf(':');
      double index = colon < 0 ? Double.NaN : NumberText.parse(part.substring(0, colon));
      double value = colon < 0 ? Double.NaN : NumberText.parse(part.substring(colon + 1));
      boolean fits = index == Math.rint(index) && index - 1 > before && index <= features;
      if (!fits || Double.isNaN(value)) {
        return null;
      }
      before = (int) index - 1;
      indices.add(before);
      values.add(value);
    }
    return label;
  }
}
