package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.BucketColumn;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A number each column, by the range that it falls into. Missing ones are zeros, or index 0.
 *
 * @param boundaries of the ranges; a number at a boundary lies above it
 * @param quantiles into how many ranges of equally many training rows to cut instead
 */
@Kind("buckets")
@Doc("A number each column, by the range that it falls into.")
public record BucketsFeature(
    @Doc("Column names or globs.") List<String> columns,
    @Doc("The network input they belong to.") @Default("features") String input,
    @Doc("oneHot: a number a range. index: for an embedding; 0 where the number is missing.")
        @Default("oneHot")
        Encoding encode,
    @Doc("Boundaries of the ranges, ascending; a number at one lies above it.") @Default("[]")
        List<Double> boundaries,
    @Doc("Cuts into so many ranges of equally many training rows instead.")
        Optional<Integer> quantiles)
    implements FeatureSpec {
  public BucketsFeature {
    columns = Columns.some(columns);
    boundaries = List.copyOf(boundaries);
    if (boundaries.isEmpty() == quantiles.isEmpty()) {
      throw new IllegalArgumentException(
          "expected either boundaries, e.g. [0, 10, 100], or quantiles, e.g. 4");
    }
    if (quantiles.orElse(2) < 2 || quantiles.orElse(2) > 1000) {
      throw new IllegalArgumentException("quantiles " + quantiles.get() + "; expected 2 to 1000");
    }
    if (!boundaries.isEmpty()) {
      new BucketColumn(columns.get(0), boundaries, encode.range());
    }
  }

  @Override
  public Field.Kind kind() {
    return encode.kind();
  }

  @Override
  public boolean aColumnAPart() {
    return true;
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    // Quantiles that fall together make fewer ranges.
    int each = encode == Encoding.INDEX ? 1 : boundaries.isEmpty() ? 0 : boundaries.size() + 1;
    return each == 0 || count.isEmpty()
        ? Optional.empty()
        : Optional.of(Shape.of(each * count.getAsInt()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(found, RawGroup.Content.NUMBER, found.size(), true);
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return quantiles
        .<FeatureFit>map(count -> new Fit(found.get(0), encode, count))
        .orElseGet(() -> FeatureFit.of(new BucketColumn(found.get(0), boundaries, encode.range())));
  }

  /** Learns the boundaries. */
  private static final class Fit implements FeatureFit {
    private static final long serialVersionUID = 1;

    private final String column;
    private final Encoding encode;
    private final int ranges;
    private final Quantiles values = new Quantiles();

    Fit(String column, Encoding encode, int ranges) {
      this.column = column;
      this.encode = encode;
      this.ranges = ranges;
    }

    @Override
    public boolean reads() {
      return true;
    }

    @Override
    public FeatureFit empty() {
      return new Fit(column, encode, ranges);
    }

    @Override
    public void add(RawValues row) {
      values.add(row.number(0));
    }

    @Override
    public void write(DataOutput to) throws IOException {
      values.write(to);
    }

    @Override
    public void merge(DataInput from) throws IOException {
      values.merge(from);
    }

    @Override
    public ColumnEncoder encoder() {
      if (values.count() == 0) {
        throw new IllegalArgumentException(
            "column " + column + " is missing in all training rows; leave it out");
      }
      double[] cuts =
          values.of(IntStream.range(1, ranges).mapToObj(i -> (double) i / ranges).toList());
      return new BucketColumn(
          column, Arrays.stream(cuts).distinct().boxed().toList(), encode.range());
    }
  }
}
