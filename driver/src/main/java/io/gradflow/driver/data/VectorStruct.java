package io.gradflow.driver.data;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.apache.spark.sql.types.StructType;

/**
 * The struct that vectors of Spark's machine learning library are stored as, {@code (type, size,
 * indices, values)}, so that data written by it need not have it here.
 */
public final class VectorStruct {
  /** Where each part is in the struct. */
  public static final int TYPE = 0;

  public static final int SIZE = 1;
  public static final int INDICES = 2;
  public static final int VALUES = 3;

  /** The type of vectors that name their numbers' places. */
  public static final byte SPARSE = 0;

  private static final String[] FIELDS = {"type", "size", "indices", "values"};

  private VectorStruct() {}

  /** Whether a struct is a vector. */
  public static boolean fits(StructType struct) {
    return Arrays.equals(struct.fieldNames(), FIELDS);
  }

  /** How many fields the struct has. */
  static int fields() {
    return FIELDS.length;
  }

  /**
   * All numbers of a sparse vector.
   *
   * @param stored how many numbers are there
   * @param index of each of them
   * @param value of each of them
   * @return null if the indices do not ascend below {@code size}
   */
  public static double[] dense(
      int size, int stored, IntUnaryOperator index, IntToDoubleFunction value) {
    double[] dense = new double[size];
    int last = -1;
    for (int i = 0; i < stored; i++) {
      int at = index.applyAsInt(i);
      if (at <= last || at >= size) {
        return null;
      }
      dense[at] = value.applyAsDouble(i);
      last = at;
    }
    return dense;
  }
}
