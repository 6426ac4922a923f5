package io.gradflow.common.array;

import io.gradflow.common.spec.Inline;
import java.util.Arrays;
import java.util.List;

/**
 * The extent of one example along each axis, without the batch axis: {@code [8, 8, 1]} for an 8 by
 * 8 grey image (height, width, channels), {@code [30]} for 30 numbers, {@code []} for one number.
 * Row-major ("c") order everywhere.
 *
 * @param dims extents, each at least 1
 */
@Inline
public record Shape(List<Integer> dims) {
  public Shape {
    dims = List.copyOf(dims);
    long size = 1;
    for (int dim : dims) {
      if (dim < 1) {
        throw new IllegalArgumentException(
            "shape " + dims + ": every extent must be at least 1, got " + dim);
      }
      size *= dim;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape " + dims + " has more than 2^31 - 1 elements an example");
      }
    }
  }

  public static Shape of(int... dims) {
    return new Shape(Arrays.stream(dims).boxed().toList());
  }

  /** The number of axes. */
  public int rank() {
    return dims.size();
  }

  /** The extent of one axis; negative axes count from the end. */
  public int dim(int axis) {
    return dims.get(axis < 0 ? dims.size() + axis : axis);
  }

  /** The number of elements of one example. */
  public int size() {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    return size;
  }

  /** The extents as an array with the batch in front, as ND4J and users see a batch. */
  public long[] withBatch(int rows) {
    long[] shape = new long[dims.size() + 1];
    shape[0] = rows;
    for (int i = 0; i < dims.size(); i++) {
      shape[i + 1] = dims.get(i);
    }
    return shape;
  }

  @Override
  public String toString() {
    return dims.toString();
  }
}
