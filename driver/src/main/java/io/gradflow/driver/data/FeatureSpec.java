package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Optional;

/**
 * Columns that become numbers of one network input.
 *
 * @param columns names or globs ({@code *} and {@code ?}); a glob's matches go in the table's order
 * @param as what the columns hold
 * @param input features of one input are laid side by side; one with several axes stands alone
 * @param shape of the feature; its numbers in a row unless given
 * @param scale what every number is multiplied by
 * @param standardize whether each number becomes (x - mean) / standard deviation
 * @param minMax whether each number becomes (x - min) / (max - min)
 */
@Doc("Columns that become numbers of one network input.")
public record FeatureSpec(
    @Doc("Column names or globs such as pixel_*.") List<String> columns,
    @Doc("numeric: a number each. tensor: a number each, shaped. vector: an array each.")
        @Default("numeric")
        As as,
    @Doc("The network input they belong to.") @Default("features") String input,
    @Doc("Shape of one example, e.g. [8, 8, 1].") Optional<Shape> shape,
    @Doc("Multiplies every number.") Optional<Double> scale,
    @Doc("To mean 0 and standard deviation 1, as fitted on the training rows.") @Default("false")
        boolean standardize,
    @Doc("To the range 0 to 1, as fitted on the training rows.") @Default("false") boolean minMax) {
  /** What columns hold. */
  public enum As {
    /** A number each. */
    NUMERIC,
    /** A number each, together a tensor of the given shape, in row-major order. */
    TENSOR,
    /** Several numbers each: an array, or the vector of Spark's machine learning library. */
    VECTOR
  }

  public FeatureSpec {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns is empty");
    }
    if (as == As.TENSOR && shape.isEmpty()) {
      throw new IllegalArgumentException("a tensor needs a shape, e.g. shape: [8, 8, 1]");
    }
    if ((scale.isPresent() ? 1 : 0) + (standardize ? 1 : 0) + (minMax ? 1 : 0) > 1) {
      throw new IllegalArgumentException("expected at most one of scale, standardize and minMax");
    }
    if (scale.isPresent() && (!Double.isFinite(scale.get()) || scale.get() == 0)) {
      throw new IllegalArgumentException("scale " + scale.get() + "; expected finite and not 0");
    }
  }

  /** A number each column, unscaled, of the input {@code features}. */
  public static FeatureSpec numeric(String... columns) {
    return new FeatureSpec(
        List.of(columns), As.NUMERIC, "features", Optional.empty(), Optional.empty(), false, false);
  }

  /** The same columns, standardized. */
  public FeatureSpec standardized() {
    return new FeatureSpec(columns, as, input, shape, Optional.empty(), true, false);
  }
}
