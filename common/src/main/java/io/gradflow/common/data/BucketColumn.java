package io.gradflow.common.data;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A number by the range that it falls into: bucket i holds the x with i boundaries at or below x.
 *
 * @param column that holds it
 * @param boundaries ascending
 * @param range its floats
 */
@Kind("bucket")
@Doc("A number by the range that it falls into, as numbers or an index.")
public record BucketColumn(String column, List<Double> boundaries, IndexRange range)
    implements ColumnEncoder {
  public BucketColumn {
    boundaries = List.copyOf(boundaries);
    for (int i = 0; i < boundaries.size(); i++) {
      if (!Double.isFinite(boundaries.get(i))
          || (i > 0 && !(boundaries.get(i - 1) < boundaries.get(i)))) {
        throw new IllegalArgumentException(
            "column " + column + ": boundaries " + boundaries + "; expected ascending numbers");
      }
    }
    if (boundaries.isEmpty()) {
      throw new IllegalArgumentException("column " + column + ": boundaries is empty");
    }
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(List.of(column), RawGroup.Content.NUMBER, 1, true);
  }

  @Override
  public int width() {
    return range.width(boundaries.size() + 1);
  }

  @Override
  public Field.Kind kind() {
    return range.kind();
  }

  @Override
  public int firstIndex() {
    return range.first();
  }

  @Override
  public BucketColumn from(int first) {
    return new BucketColumn(column, boundaries, new IndexRange(range.oneHot(), first));
  }

  @Override
  public List<String> classes() {
    return range.oneHot()
        ? List.of()
        : IntStream.rangeClosed(0, boundaries.size())
            .mapToObj(
                i -> column + (i == 0 ? "<" + boundaries.get(0) : ">=" + boundaries.get(i - 1)))
            .toList();
  }

  /** Zeros and ones, as bytes; fields of indices see to their own. */
  @Override
  public PackedColumn packed(String field, int width, boolean bytes) {
    return PackedColumn.of(field, width, PackedColumn.Storage.UINT8);
  }

  @Override
  public Bound bind() {
    RawGroup raw = raw();
    double[] edges = boundaries.stream().mapToDouble(Double::doubleValue).toArray();
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        return raw.check(values);
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        double x = values.number(0);
        int found = Arrays.binarySearch(edges, x);
        int bucket = found >= 0 ? found + 1 : -found - 1;
        range.encode(Double.isNaN(x) ? -1 : bucket, edges.length + 1, to, offset);
      }
    };
  }
}
