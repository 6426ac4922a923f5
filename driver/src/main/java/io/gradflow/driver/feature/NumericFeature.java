package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A number each column.
 *
 * @param shape of the feature; its numbers in a row unless given
 * @param scale what every number is multiplied by
 * @param standardize whether each number becomes (x - mean) / standard deviation
 * @param minMax whether each number becomes (x - min) / (max - min)
 */
@Kind("numeric")
@Doc("A number each column.")
public record NumericFeature(
    @Doc("Column names or globs such as pixel_*.") List<String> columns,
    @Doc("The network input they belong to.") @Default("features") String input,
    @Doc("Shape of one example, e.g. [8, 8, 1].") Optional<Shape> shape,
    @Doc("Multiplies every number.") Optional<Double> scale,
    @Doc("To mean 0 and standard deviation 1, as fitted on the training rows.") @Default("false")
        boolean standardize,
    @Doc("To the range 0 to 1, as fitted on the training rows.") @Default("false") boolean minMax)
    implements FeatureSpec {
  public NumericFeature {
    columns = Columns.some(columns);
    new Scaling(scale, standardize, minMax);
  }

  /** Unscaled, of the input {@code features}. */
  public static NumericFeature of(String... columns) {
    return new NumericFeature(
        List.of(columns), "features", Optional.empty(), Optional.empty(), false, false);
  }

  /** The same columns, standardized. */
  public NumericFeature standardized() {
    return new NumericFeature(columns, input, shape, Optional.empty(), true, false);
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return Columns.shape(shape, count);
  }

  @Override
  public RawGroup raw(List<String> found) {
    return Columns.numbers(found, shape);
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return NumericFit.of(found, false, width, new Scaling(scale, standardize, minMax));
  }
}
