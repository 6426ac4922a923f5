package io.gradflow.driver.feature;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.RawValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Learns how numbers are scaled, and what stands for missing ones. */
final class NumericFit implements FeatureFit {
  private static final long serialVersionUID = 1;
  private static final List<Double> QUARTILES = List.of(0.25, 0.5, 0.75);

  /** What is learned for the center or for missing values. */
  private enum Learned {
    NOTHING,
    MEAN,
    MIN,
    MEDIAN
  }

  private final NumericColumns untaught;
  private final Learned center;
  private final Learned missing;
  private final Moments moments;
  private final Quantiles[] quantiles;

  private NumericFit(NumericColumns untaught, Learned center, Learned missing) {
    this.untaught = untaught;
    this.center = center;
    this.missing = missing;
    this.moments = new Moments(untaught.width());
    this.quantiles =
        Stream.generate(Quantiles::new)
            .limit(center == Learned.MEDIAN || missing == Learned.MEDIAN ? untaught.width() : 0)
            .toArray(Quantiles[]::new);
  }

  /**
   * @param untaught with the scale, if one is given; with any number in place of missing ones
   */
  static FeatureFit of(NumericColumns untaught, Scaling scaling, Optional<ImputeSpec> impute) {
    Learned center =
        scaling.standardize()
            ? Learned.MEAN
            : scaling.minMax() ? Learned.MIN : scaling.robust() ? Learned.MEDIAN : Learned.NOTHING;
    Learned missing =
        impute
            .map(
                how ->
                    how instanceof ImputeSpec.Mean
                        ? Learned.MEAN
                        : how instanceof ImputeSpec.Median ? Learned.MEDIAN : Learned.NOTHING)
            .orElse(Learned.NOTHING);
    return center == Learned.NOTHING && missing == Learned.NOTHING
        ? FeatureFit.of(untaught)
        : new NumericFit(untaught, center, missing);
  }

  @Override
  public boolean reads() {
    return true;
  }

  @Override
  public FeatureFit empty() {
    return new NumericFit(untaught, center, missing);
  }

  @Override
  public void add(RawValues values) {
    for (int j = 0; j < untaught.width(); j++) {
      double bent = untaught.bent(values.number(j));
      moments.add(j, bent);
      if (quantiles.length > 0) {
        quantiles[j].add(bent);
      }
    }
  }

  @Override
  public void write(DataOutput to) throws IOException {
    moments.write(to);
    for (Quantiles each : quantiles) {
      each.write(to);
    }
  }

  @Override
  public void merge(DataInput from) throws IOException {
    moments.merge(from);
    for (Quantiles each : quantiles) {
      each.merge(from);
    }
  }

  @Override
  public ColumnEncoder encoder() {
    for (int j = 0; j < untaught.width(); j++) {
      if (moments.count(j) == 0) {
        throw new IllegalArgumentException(
            untaught.vector()
                ? "number %d of column %s is missing in all training rows; leave it out"
                    .formatted(j, untaught.columns().get(0))
                : "column %s is missing in all training rows; leave it out"
                    .formatted(untaught.columns().get(j)));
      }
    }
    double[][] quartiles =
        Stream.of(quantiles).map(each -> each.of(QUARTILES)).toArray(double[][]::new);
    List<Double> factors =
        switch (center) {
          case MEAN -> each(j -> inverse(moments.standardDeviation(j)));
          case MIN -> each(j -> inverse(moments.max(j) - moments.min(j)));
          case MEDIAN -> each(j -> inverse(quartiles[j][2] - quartiles[j][0]));
          case NOTHING -> untaught.factors();
        };
    return untaught.with(
        learned(center, quartiles, untaught.centers()),
        factors,
        learned(missing, quartiles, untaught.missing()));
  }

  private List<Double> learned(Learned what, double[][] quartiles, List<Double> given) {
    return switch (what) {
      case MEAN -> each(moments::mean);
      case MIN -> each(moments::min);
      case MEDIAN -> each(j -> quartiles[j][1]);
      case NOTHING -> given;
    };
  }

  private List<Double> each(IntToDoubleFunction value) {
    return IntStream.range(0, untaught.width()).mapToDouble(value).boxed().toList();
  }

  /** A constant column has no spread to divide by: it becomes 0. */
  private static double inverse(double spread) {
    return spread > 0 ? 1 / spread : 1;
  }

  /** An encoder that knows only what the spec says of it. */
  static NumericColumns untaught(
      List<String> columns, boolean vector, int width, Optional<Double> scale) {
    return untaught(columns, vector, width, scale, List.of(), false, Optional.empty());
  }

  static NumericColumns untaught(
      List<String> columns,
      boolean vector,
      int width,
      Optional<Double> scale,
      List<Double> clip,
      boolean log,
      Optional<ImputeSpec> impute) {
    List<Double> factors = scale.map(List::of).orElse(List.of());
    NumericColumns plain =
        new NumericColumns(columns, vector, width, List.of(), factors, clip, log, List.of());
    if (impute.isEmpty()) {
      return plain;
    }
    double filled =
        impute.get() instanceof ImputeSpec.Constant constant ? plain.bent(constant.value()) : 0;
    return plain.with(List.of(), factors, Collections.nCopies(width, filled));
  }
}
