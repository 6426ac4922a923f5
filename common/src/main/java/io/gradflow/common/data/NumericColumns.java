package io.gradflow.common.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Numbers, bent, shifted and scaled: y_j = (float) ((t(x_j) - center_j) * factor_j), computed in
 * double, where t clips and takes the logarithm as asked.
 *
 * @param columns in the order of the numbers
 * @param vector whether each column holds an array
 * @param width numbers in all
 * @param centers none for zeros, one for all numbers, or one each
 * @param factors none for ones, one for all numbers, or one each
 * @param clip none, or the least and the greatest x, beyond which x is moved to them
 * @param log whether t(x) = sign(x) ln(1 + |x|)
 * @param missing t(x) of missing values, one each; none if they are refused
 */
@Kind("numeric")
@Doc("Numbers, shifted by a center and then multiplied by a factor.")
public record NumericColumns(
    List<String> columns,
    @Default("false") boolean vector,
    int width,
    @Default("[]") List<Double> centers,
    @Default("[]") List<Double> factors,
    @Default("[]") List<Double> clip,
    @Default("false") boolean log,
    @Default("[]") List<Double> missing)
    implements ColumnEncoder {
  public NumericColumns {
    columns = List.copyOf(columns);
    centers = List.copyOf(centers);
    factors = List.copyOf(factors);
    clip = List.copyOf(clip);
    missing = List.copyOf(missing);
    if (width < 1 || (!vector && width != columns.size())) {
      throw new IllegalArgumentException(
          "numeric columns " + columns + " give " + width + " numbers");
    }
    check("centers", centers, width);
    check("factors", factors, width);
    check("missing", missing, width);
    if (!clip.isEmpty() && (clip.size() != 2 || !(clip.get(0) < clip.get(1)))) {
      throw new IllegalArgumentException(
          "clip " + clip + "; expected the least and the greatest value, e.g. [0, 100]");
    }
  }

  /** Shifted and scaled only. */
  public NumericColumns(
      List<String> columns, boolean vector, int width, List<Double> centers, List<Double> factors) {
    this(columns, vector, width, centers, factors, List.of(), false, List.of());
  }

  /** The same with numbers that were learned. */
  public NumericColumns with(
      List<Double> newCenters, List<Double> newFactors, List<Double> filled) {
    return new NumericColumns(columns, vector, width, newCenters, newFactors, clip, log, filled);
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(
        columns,
        vector ? RawGroup.Content.VECTOR : RawGroup.Content.NUMBER,
        width,
        !missing.isEmpty());
  }

  @Override
  public PackedColumn packed(String field, int fieldWidth, boolean bytes) {
    boolean linear = centers.size() <= 1 && factors.size() <= 1 && clip.isEmpty() && !log;
    return bytes && linear
        ? new PackedColumn(
            field, fieldWidth, PackedColumn.Storage.UINT8, at(centers, 0, 0), at(factors, 0, 1))
        : ColumnEncoder.super.packed(field, fieldWidth, bytes);
  }

  /** A value clipped, and its logarithm taken, as asked. NaN stays. */
  public double bent(double x) {
    double clipped = clip.isEmpty() ? x : Math.min(Math.max(x, clip.get(0)), clip.get(1));
    // Strict: the same bits on every processor.
    return log ? Math.copySign(StrictMath.log1p(Math.abs(clipped)), clipped) : clipped;
  }

  @Override
  public Bound bind() {
    RawGroup raw = raw();
    boolean plain = clip.isEmpty() && !log && missing.isEmpty();
    double[] center = new double[width];
    double[] factor = new double[width];
    double[] filled = new double[width];
    for (int j = 0; j < width; j++) {
      center[j] = at(centers, j, 0);
      factor[j] = at(factors, j, 1);
      filled[j] = at(missing, j, Double.NaN);
    }
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        return raw.check(values);
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        for (int j = 0; j < width; j++) {
          double x = values.number(j);
          double bent = plain ? x : Double.isNaN(x) ? filled[j] : bent(x);
          to[offset + j] = (float) ((bent - center[j]) * factor[j]);
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

  private static double at(List<Double> values, int j, double absent) {
    return values.isEmpty() ? absent : values.get(values.size() == 1 ? 0 : j);
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
