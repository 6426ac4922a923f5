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
 * A number each column, together a tensor in row-major order.
 *
 * @param scale what every number is multiplied by
 * @param standardize whether each number becomes (x - mean) / standard deviation
 * @param minMax whether each number becomes (x - min) / (max - min)
 * @param robust whether each number becomes (x - median) / (third - first quartile)
 */
@Kind("tensor")
@Doc("A number each column, together a tensor of the given shape, in row-major order.")
public record TensorFeature(
    @Doc("Column names or globs such as pixel_*.") List<String> columns,
    @Doc("The network input they belong to.") @Default("features") String input,
    @Doc("Shape of one example, e.g. [8, 8, 1].") Optional<Shape> shape,
    @Doc("Multiplies every number.") Optional<Double> scale,
    @Doc("To mean 0 and standard deviation 1, as fitted on the training rows.") @Default("false")
        boolean standardize,
    @Doc("To the range 0 to 1, as fitted on the training rows.") @Default("false") boolean minMax,
    @Doc("By median and quartiles of the training rows, within a four-thousandth of them.")
        @Default("false")
        boolean robust)
    implements FeatureSpec {
  public TensorFeature {
    columns = Columns.some(columns);
    new Scaling(scale, standardize, minMax, robust);
    if (shape.isEmpty()) {
      throw new IllegalArgumentException("a tensor needs a shape, e.g. shape: [8, 8, 1]");
    }
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return shape;
  }

  @Override
  public RawGroup raw(List<String> found) {
    return Columns.numbers(found, shape);
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return NumericFit.of(
        NumericFit.untaught(found, false, width, scale),
        new Scaling(scale, standardize, minMax, robust),
        Optional.empty());
  }
}
