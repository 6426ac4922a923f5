package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Several numbers each column: an array, or the vector of Spark's machine learning library.
 *
 * @param shape of the one column's numbers; as many as there are in a row unless given
 * @param scale what every number is multiplied by
 * @param standardize whether each number becomes (x - mean) / standard deviation
 * @param minMax whether each number becomes (x - min) / (max - min)
 * @param robust whether each number becomes (x - median) / (third - first quartile)
 */
@Kind("vector")
@Doc("An array of numbers each column, or a vector of Spark's machine learning library.")
public record VectorFeature(
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
  public VectorFeature {
    columns = Columns.some(columns);
    new Scaling(scale, standardize, minMax, robust);
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return shape;
  }

  @Override
  public RawGroup raw(List<String> found) {
    if (shape.isPresent() && found.size() > 1) {
      throw new IllegalArgumentException(
          "shape is for one vector column; %s finds %d".formatted(columns, found.size()));
    }
    return new RawGroup(found, Content.VECTOR, shape.map(Shape::size).orElse(0));
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return NumericFit.of(
        NumericFit.untaught(found, true, width, scale),
        new Scaling(scale, standardize, minMax, robust),
        Optional.empty());
  }
}
