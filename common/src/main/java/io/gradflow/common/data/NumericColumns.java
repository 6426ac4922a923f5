package io.gradflow.common.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Numbers, shifted and scaled: y_j = (float) ((x_j - center_j) * factor_j), computed in double.
 *
 * @param columns in the order of the numbers
 * @param vector whether each column holds an array
 * @param width numbers in all
 * @param centers none for zeros, one for all numbers, or one each
 * @param factors none for ones, one for all numbers, or one each
 */
@Kind("numeric")
@Doc("Numbers, shifted by a center and then multiplied by a factor.")
public record NumericColumns(
    List<String> columns,
    @Default("false") boolean vector,
    int width,
    @Default("[]") List<Double> centers,
    @Default("[]") List<Double> factors)
    implements ColumnEncoder {
  public NumericColumns {
    columns = List.copyOf(columns);
    centers = List.copyOf(centers);
    factors = List.copyOf(factors);
    if (width < 1 || (!vector && width != columns.size())) {
      throw new IllegalArgumentException(
          "numeric columns " + columns + " give " + width + " numbers");
    }
    check("centers", centers, width);
    check("factors", factors, width);
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(columns, vector ? RawGroup.Content.VECTOR : RawGroup.Content.NUMBER, width);
  }

  @Override
  public PackedColumn packed(String field, int fieldWidth, boolean bytes) {
    return bytes && centers.size() <= 1 && factors.size() <= 1
        ? new PackedColumn(field, fieldWidth, PackedColumn.Storage.UINT8, center(0), factor(0))
        : ColumnEncoder.super.packed(field, fieldWidth, bytes);
  }

  private double center(int j) {
    return centers.isEmpty() ? 0 : centers.get(centers.size() == 1 ? 0 : j);
  }

  private double factor(int j) {
    return factors.isEmpty() ? 1 : factors.get(factors.size() == 1 ? 0 : j);
  }

  @Override
  public Bound bind() {
    RawGroup raw = raw();
    double[] center = new double[width];
    double[] factor = new double[width];
    for (int j = 0; j < width; j++) {
      center[j] = center(j);
      factor[j] = factor(j);
    }
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        return raw.check(values);
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        for (int j = 0; j < width; j++) {
          to[offset + j] = (float) ((values.number(j) - center[j]) * factor[j]);
        }
      }

      @Override
      public void encodeBytes(RawValues values, float[] to, int offset) {
        for (int j = 0; j < width; j++) {
          to[offset + j] = (float) values.number(j);
        }
      }
    };
  }

  private static void check(String what, List<Double> values, int width) {
    if (values.size() > 1 && values.size() != width) {
      throw new IllegalArgumentException(
          values.size() + " " + what + " for " + width + " numbers; expected 0, 1 or " + width);
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(what + " hold " + value);
      }
    }
  }
}
