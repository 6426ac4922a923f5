package io.gradflow.driver.feature;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.RawValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Learns how numbers are scaled. */
final class NumericFit implements FeatureFit {
  private static final long serialVersionUID = 1;

  private final List<String> columns;
  private final boolean vector;
  private final boolean standardize;
  private final Moments moments;

  private NumericFit(List<String> columns, boolean vector, boolean standardize, int width) {
    this.columns = columns;
    this.vector = vector;
    this.standardize = standardize;
    this.moments = new Moments(width);
  }

  /**
   * @param vector whether each column holds an array
   */
  static FeatureFit of(List<String> columns, boolean vector, int width, Scaling scaling) {
    if (scaling.fitted()) {
      return new NumericFit(columns, vector, scaling.standardize(), width);
    }
    List<Double> factors = scaling.scale().map(List::of).orElse(List.of());
    return FeatureFit.of(new NumericColumns(columns, vector, width, List.of(), factors));
  }

  @Override
  public boolean reads() {
    return true;
  }

  @Override
  public FeatureFit empty() {
    return new NumericFit(columns, vector, standardize, moments.width());
  }

  @Override
  public void add(RawValues values) {
    for (int j = 0; j < moments.width(); j++) {
      moments.add(j, values.number(j));
    }
  }

  @Override
  public void write(DataOutput to) throws IOException {
    moments.write(to);
  }

  @Override
  public void merge(DataInput from) throws IOException {
    moments.merge(from);
  }

  @Override
  public ColumnEncoder encoder() {
    return new NumericColumns(
        columns,
        vector,
        moments.width(),
        each(standardize ? moments::mean : moments::min),
        each(
            standardize
                ? j -> inverse(moments.standardDeviation(j))
                : j -> inverse(moments.max(j) - moments.min(j))));
  }

  private List<Double> each(IntToDoubleFunction value) {
    return IntStream.range(0, moments.width()).mapToDouble(value).boxed().toList();
  }

  /** A constant column has no spread to divide by: it becomes 0. */
  private static double inverse(double spread) {
    return spread > 0 ? 1 / spread : 1;
  }
}
