package io.gradflow.common.array;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between float arrays and ND4J's {@code INDArray}, always in row-major order. */
public final class ArrayBridge {
  private ArrayBridge() {}

  /** A new INDArray of the given shape from the floats that start at {@code offset}. */
  public static INDArray toINDArray(float[] values, int offset, Shape shape) {
    return copyOf(
        values,
        offset,
        shape.size(),
        shape.dims().stream().mapToLong(Integer::longValue).toArray());
  }

  /** A new INDArray [rows, shape...] from {@code rows} rows that start at {@code offset}. */
  public static INDArray toINDArray(float[] values, int offset, int rows, Shape shape) {
    return copyOf(values, offset, Math.multiplyExact(rows, shape.size()), shape.withBatch(rows));
  }

  /**
   * Copies every element of the INDArray, of any type, order and stride, to {@code offset} on.
   *
   * @throws IllegalArgumentException if it holds another number of elements than expected
   */
  public static void copy(INDArray array, int size, float[] values, int offset) {
    if (array.length() != size) {
      throw new IllegalArgumentException(
          "INDArray of shape "
              + Arrays.toString(array.shape())
              + " has "
              + array.length()
              + " elements; expected "
              + size);
    }
    if (size == 0) {
      return;
    }
    float[] floats = array.castTo(DataType.FLOAT).dup('c').data().asFloat();
    System.arraycopy(floats, 0, values, offset, size);
  }

  private static INDArray copyOf(float[] values, int offset, int size, long[] shape) {
    float[] copy = Arrays.copyOfRange(values, offset, offset + size);
    return Nd4j.createFromArray(copy).reshape('c', shape);
  }
}
