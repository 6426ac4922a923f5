package io.gradflow.driver.format;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * An array in NumPy's format, read row by row.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy's
 *     format, versions 1 to 3</a>
 */
final class NumpyArray implements Closeable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([<>|=])([a-z])(\\d+)', 'fortran_order': (True|False), 'shape':"
              + " \\(([^)]*)\\),? *}");
  private static final int MAX_HEADER_BYTES = 1 << 16;
  private static final int MAX_ROW_BYTES = 1 << 30;

  private final DataInputStream from;
  private final String type;
  private final long rows;
  private final boolean scalar;
  private final int values;
  private final ByteOrder order;
  private ByteBuffer row;

  private NumpyArray(
      DataInputStream from, String type, ByteOrder order, long rows, boolean scalar, int values) {
    this.from = from;
    this.type = type;
    this.rows = rows;
    this.scalar = scalar;
    this.values = values;
    this.order = order;
  }

  /**
   * @param what the messages call it
   * @param stream that the array closes when it is closed
   */
  static NumpyArray open(String what, InputStream stream) throws IOException {
    DataInputStream from = new DataInputStream(stream);
    byte[] magic = from.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw bad(what + " is no NumPy array: it does not start with \\x93NUMPY");
    }
    int version = from.readUnsignedByte();
    from.readByte();
    int length =
        version == 1
            ? Short.toUnsignedInt(Short.reverseBytes(from.readShort()))
            : Integer.reverseBytes(from.readInt());
    if (version < 1 || version > 3 || length < 0 || length > MAX_HEADER_BYTES) {
      throw bad(
          "%s: format version %d, header of %d bytes; this build reads versions 1 to 3"
              .formatted(what, version, length));
    }
    String header = new String(from.readNBytes(length), StandardCharsets.UTF_8).strip();
    Matcher parts = HEADER.matcher(header);
    String type = parts.matches() ? parts.group(2) + parts.group(3) : "";
    if (!List.of("u1", "u2", "u4", "i1", "i2", "i4", "i8", "f4", "f8", "b1").contains(type)
        || parts.group(4).equals("True")) {
      throw bad(
          "%s: header %s; expected numbers of 1 to 8 bytes in C order".formatted(what, header));
    }
    long[] shape =
        Arrays.stream(parts.group(5).split(","))
            .map(String::strip)
            .filter(axis -> !axis.isEmpty())
            .mapToLong(NumpyArray::axis)
            .toArray();
    long values =
        Arrays.stream(shape)
            .skip(1)
            .reduce(1, (a, b) -> b > MAX_ROW_BYTES ? Long.MAX_VALUE : a * b);
    if (shape.length == 0 || values < 1 || values > MAX_ROW_BYTES / Double.BYTES) {
      throw bad(
          "%s: shape (%s); expected rows of 1 to 2^27 numbers".formatted(what, parts.group(5)));
    }
    ByteOrder order = parts.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NumpyArray(from, type, order, shape[0], shape.length == 1, (int) values);
  }

  /** Digits as a number; beyond all bounds where a long does not hold it. */
  private static long axis(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  long rows() {
    return rows;
  }

  DataType rowType() {
    return scalar
        ? DataTypes.DoubleType
        : type.equals("u1")
            ? DataTypes.BinaryType
            : DataTypes.createArrayType(DataTypes.DoubleType);
  }

  /** The next row's part: a Double, bytes or an array of Double. */
  Object nextRow() throws IOException {
    row = ByteBuffer.wrap(RowIterator.bytes(from, values * (type.charAt(1) - '0'))).order(order);
    if (scalar) {
      return value(0);
    }
    if (type.equals("u1")) {
      return row.array();
    }
    Double[] all = new Double[values];
    for (int i = 0; i < values; i++) {
      all[i] = value(i);
    }
    return all;
  }

  private double value(int i) {
    return switch (type) {
      case "u1" -> row.get(i) & 0xFF;
      case "i1", "b1" -> row.get(i);
      case "u2" -> row.getShort(2 * i) & 0xFFFF;
      case "i2" -> row.getShort(2 * i);
      case "u4" -> Integer.toUnsignedLong(row.getInt(4 * i));
      case "i4" -> row.getInt(4 * i);
      case "i8" -> row.getLong(8 * i);
      case "f4" -> row.getFloat(4 * i);
      default -> row.getDouble(8 * i);
    };
  }

  @Override
  public void close() throws IOException {
    from.close();
  }

  private static GradflowException bad(String message) {
    return new GradflowException(ExitCode.BAD_DATA, message);
  }
}
