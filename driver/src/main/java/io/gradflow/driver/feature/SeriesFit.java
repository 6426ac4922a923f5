package io.gradflow.driver.feature;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.data.SeriesColumns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Learns how the columns of a series are scaled, from the values of the training examples: a value
 * that several examples see counts as often.
 */
final class SeriesFit implements FeatureFit {
  private static final long serialVersionUID = 1;

  private final SeriesColumns untaught;
  private final boolean standardize;
  private final Moments moments;

  /**
   * @param standardize by mean and deviation; else by minimum and range
   */
  SeriesFit(SeriesColumns untaught, boolean standardize) {
    this.untaught = untaught;
    this.standardize = standardize;
    this.moments = new Moments(untaught.columns().size());
  }

  @Override
  public boolean reads() {
    return true;
  }

  @Override
  public FeatureFit empty() {
    return new SeriesFit(untaught, standardize);
  }

  @Override
  public void add(RawValues values) {
    int history = untaught.history();
    for (int c = 0; c < moments.width(); c++) {
      for (int t = 0; t < history; t++) {
        moments.add(c, values.number(c * history + t));
      }
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
    return new SeriesColumns(
        untaught.columns(),
        untaught.history(),
        each(standardize ? moments::mean : moments::min),
        each(
            c ->
                inverse(
                    standardize ? moments.standardDeviation(c) : moments.max(c) - moments.min(c))));
  }

  private List<Double> each(IntToDoubleFunction value) {
    return IntStream.range(0, moments.width()).mapToDouble(value).boxed().toList();
  }

  /** A constant column has no spread to divide by: it becomes 0. */
  private static double inverse(double spread) {
    return spread > 0 ? 1 / spread : 1;
  }
}
