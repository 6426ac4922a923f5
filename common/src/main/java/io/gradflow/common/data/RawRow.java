package io.gradflow.common.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * The raw values of one row, group by group in the order of a preprocessing's encoders, the weight
 * last; and their one compact form in bytes, in which rows are hashed, sorted and shuffled.
 *
 * <p>A group's numbers are stored as uint8, float32 or float64, the smallest that holds them all
 * exactly, so that equal rows have equal bytes whatever file they came from. Big-endian.
 *
 * <pre>
 * for each group: byte type (1 uint8, 2 float32, 3 float64, 4 text, 5 bytes), int32 count, count
 * values
 * </pre>
 */
public final class RawRow {
  private static final byte UINT8 = 1;
  private static final byte FLOAT32 = 2;
  private static final byte FLOAT64 = 3;
  private static final byte TEXT = 4;
  private static final byte BYTES = 5;

  private final RawValues[] groups;
  private final byte[][] texts;

  public RawRow(int groups) {
    this.groups =
        IntStream.range(0, groups).mapToObj(i -> new RawValues()).toArray(RawValues[]::new);
    this.texts = new byte[groups][];
  }

  public int groups() {
    return groups.length;
  }

  public RawValues group(int i) {
    return groups[i];
  }

  /** Makes room for the next row, whose values must all be there. */
  public void clear() {
    for (RawValues group : groups) {
      group.clear();
    }
  }

  /** The row's bytes after {@code prefix} zero bytes. */
  public byte[] toBytes(int prefix) {
    int size = prefix;
    for (int i = 0; i < groups.length; i++) {
      RawValues group = groups[i];
      texts[i] =
          group.text() == null ? group.bytes() : group.text().getBytes(StandardCharsets.UTF_8);
      size +=
          5
              + switch (type(group)) {
                case UINT8 -> group.count();
                case FLOAT32 -> group.count() * Float.BYTES;
                case FLOAT64 -> group.count() * Double.BYTES;
                default -> texts[i].length;
              };
    }
    ByteBuffer to = ByteBuffer.allocate(size).position(prefix);
    for (int i = 0; i < groups.length; i++) {
      write(groups[i], texts[i], to);
    }
    return to.array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are not those of a row of as many groups
   */
  public void read(byte[] bytes, int offset) {
    ByteBuffer from = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
    for (RawValues group : groups) {
      group.clear();
      read(group, from);
    }
    if (from.hasRemaining()) {
      throw new IllegalArgumentException(
          from.remaining() + " bytes left after a row of " + groups.length + " groups");
    }
  }

  /** Where the first {@code groups} groups of a row end that starts at {@code offset}. */
  public static int end(byte[] bytes, int offset, int groups) {
    ByteBuffer row = ByteBuffer.wrap(bytes);
    int at = offset;
    for (int i = 0; i < groups; i++) {
      int count = row.getInt(at + 1);
      at +=
          5
              + switch (row.get(at)) {
                case FLOAT32 -> count * Float.BYTES;
                case FLOAT64 -> count * Double.BYTES;
                default -> count;
              };
    }
    return at;
  }

  private static byte type(RawValues group) {
    if (group.text() != null) {
      return TEXT;
    }
    if (group.bytes() != null) {
      return BYTES;
    }
    if (group.fitsBytes()) {
      return UINT8;
    }
    return group.fitsFloats() ? FLOAT32 : FLOAT64;
  }

  private static void write(RawValues group, byte[] text, ByteBuffer to) {
    byte type = type(group);
    to.put(type).putInt(text == null ? group.count() : text.length);
    if (text != null) {
      to.put(text);
      return;
    }
    for (int i = 0; i < group.count(); i++) {
      switch (type) {
        case UINT8 -> to.put((byte) group.number(i));
        case FLOAT32 -> to.putFloat((float) group.number(i));
        default -> to.putDouble(group.number(i));
      }
    }
  }

  private static void read(RawValues group, ByteBuffer from) {
    byte type = from.get();
    int count = from.getInt();
    if (type == TEXT || type == BYTES) {
      byte[] value = new byte[count];
      from.get(value);
      if (type == TEXT) {
        group.put(new String(value, StandardCharsets.UTF_8));
      } else {
        group.put(value);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      group.put(
          switch (type) {
            case UINT8 -> from.get() & 0xFF;
            case FLOAT32 -> from.getFloat();
            case FLOAT64 -> from.getDouble();
            default -> throw new IllegalArgumentException("raw values of type " + type);
          });
    }
  }
}
