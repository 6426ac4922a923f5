package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A number each column: clipped, its logarithm taken, missing ones filled in, scaled, in this
 * order. What is learned for the last two is learned of the numbers as they then are.
 *
 * @param shape of the feature; its numbers in a row unless given
 * @param impute what stands for missing numbers; without, they are bad rows
 * @param clip the least and the greatest value, beyond which numbers are moved to them
 * @param log whether each number becomes sign(x) ln(1 + |x|)
 * @param scale what every number is multiplied by
 * @param standardize whether each number becomes (x - mean) / standard deviation
 * @param minMax whether each number becomes (x - min) / (max - min)
 * @param robust whether each number becomes (x - median) / (third - first quartile)
 */
@Kind("numeric")
@Doc(
    "A number each column: clipped, logarithm taken, missing ones filled in, scaled, in this order.")
public record NumericFeature(
    @Doc("Column names or globs such as pixel_*.") List<String> columns,
    @Doc("The network input they belong to.") @Default("features") String input,
    @Doc("Shape of one example, e.g. [8, 8, 1].") Optional<Shape> shape,
    @Doc("What stands for missing numbers; without, they are bad rows.")
        Optional<ImputeSpec> impute,
    @Doc("The least and the greatest value; what lies beyond becomes them.") @Default("[]")
        List<Double> clip,
    @Doc("Whether each number becomes sign(x) ln(1 + |x|).") @Default("false") boolean log,
    @Doc("Multiplies every number.") Optional<Double> scale,
    @Doc("To mean 0 and standard deviation 1, as fitted on the training rows.") @Default("false")
        boolean standardize,
    @Doc("To the range 0 to 1, as fitted on the training rows.") @Default("false") boolean minMax,
    @Doc("By median and quartiles of the training rows, within a four-thousandth of them.")
        @Default("false")
        boolean robust)
    implements FeatureSpec {
  public NumericFeature {
    columns = Columns.some(columns);
    clip = List.copyOf(clip);
    new Scaling(scale, standardize, minMax, robust);
    new NumericColumns(List.of("x"), false, 1, List.of(), List.of(), clip, log, List.of());
  }

  /** Unscaled, of the input {@code features}. */
  public static NumericFeature of(String... columns) {
    return new NumericFeature(
        List.of(columns),
        "features",
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        Optional.empty(),
        false,
        false,
        false);
  }

  /** The same columns, standardized. */
  public NumericFeature standardized() {
    return new NumericFeature(
        columns, input, shape, impute, clip, log, Optional.empty(), true, false, false);
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return Columns.shape(shape, count);
  }

  @Override
  public RawGroup raw(List<String> found) {
    RawGroup numbers = Columns.numbers(found, shape);
    return new RawGroup(found, numbers.content(), numbers.width(), impute.isPresent());
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return NumericFit.of(
        NumericFit.untaught(found, false, width, scale, clip, log, impute),
        new Scaling(scale, standardize, minMax, robust),
        impute);
  }
}
