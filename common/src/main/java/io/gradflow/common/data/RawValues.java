package io.gradflow.common.data;

import io.gradflow.common.data.RawGroup.Content;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What one row holds in the columns of one encoder, before any fitting: numbers in the order of the
 * columns (vectors one after the other), or a text, or bytes. Where values may be missing, NaN and
 * the empty text stand for them. Filled and checked here, whatever the source, so that a value is
 * refused in the same words everywhere. Reused from row to row by one thread.
 *
 * <p>The methods that add return null, or why the value is refused.
 */
public final class RawValues {
  private static final int MAX_SHOWN = 40;
  private static final byte[] NAN = "NaN".getBytes(StandardCharsets.US_ASCII);

  private double[] numbers = new double[8];
  private int count;
  private String text;
  private byte[] bytes;
  private boolean optional;

  /** Makes room for the next row, whose values must all be there. */
  public void clear() {
    clear(false);
  }

  /**
   * Makes room for the next row.
   *
   * @param optional whether values may be missing
   */
  public void clear(boolean optional) {
    count = 0;
    text = null;
    bytes = null;
    this.optional = optional;
  }

  /** Adds a number; -0 becomes 0, so that equal values have equal bits. */
  public String add(String column, double value) {
    if (!(Math.abs(value) <= Float.MAX_VALUE) && !(optional && Double.isNaN(value))) {
      return "column " + column + ": " + value + (Double.isFinite(value) ? " exceeds float32" : "");
    }
    put(value);
    return null;
  }

  /** Adds bytes as numbers from 0 to 255. */
  public String addBytes(byte[] values) {
    for (byte value : values) {
      put(value & 0xFF);
    }
    return null;
  }

  /** Adds the number that a UTF-8 text spells. */
  public String add(String column, byte[] spelling) {
    double value = NumberText.parse(spelling);
    if (Double.isNaN(value) && !(optional && Arrays.equals(spelling, NAN))) {
      return spelling.length == 0
          ? missing(column)
          : "column "
              + column
              + ": "
              + quoted(new String(spelling, StandardCharsets.UTF_8))
              + " is not a number";
    }
    return add(column, value);
  }

  /**
   * Adds a time.
   *
   * @param seconds since 1970; NaN if the value is no time
   * @param value that it was read from, for messages
   */
  public String time(String column, double seconds, Object value) {
    return Double.isNaN(seconds)
        ? "column " + column + ": " + quoted(value.toString()) + " is not a date or time"
        : add(column, seconds);
  }

  /** Sets the text. */
  public String set(String column, String value) {
    if (value.isEmpty() && !optional) {
      return missing(column);
    }
    if (value.indexOf('\uFFFD') >= 0) {
      return "column " + column + ": " + quoted(value) + " is not valid UTF-8";
    }
    text = value;
    return null;
  }

  /** Sets the bytes, which from then on are this object's own. */
  public String set(String column, byte[] value) {
    if (value.length == 0) {
      return missing(column);
    }
    bytes = value;
    return null;
  }

  /** Notes that a value is missing, where the group's may be. */
  public String missing(RawGroup group, String column) {
    if (optional && (group.content() == Content.LABEL || group.content() == Content.TEXT)) {
      text = "";
      return null;
    }
    return missing(column);
  }

  /** Adds a number that is missing, where it may be. */
  public String missing(String column) {
    if (!optional) {
      return "column " + column + ": missing";
    }
    put(Double.NaN);
    return null;
  }

  /** Text as messages show it: in quotes, cut when long, without control characters. */
  public static String quoted(String text) {
    String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }

  public int count() {
    return count;
  }

  /** Number {@code i} of {@link #count()}. */
  public double number(int i) {
    return numbers[i];
  }

  /** The text; null if these are numbers or bytes. */
  public String text() {
    return text;
  }

  /** The bytes, to be read only; null if these are numbers or text. */
  public byte[] bytes() {
    return bytes;
  }

  /** Whether there are only whole numbers from 0 to 255. */
  public boolean fitsBytes() {
    for (int i = 0; i < count; i++) {
      int whole = (int) numbers[i];
      if (whole != numbers[i] || (whole & ~0xFF) != 0) {
        return false;
      }
    }
    return text == null && bytes == null;
  }

  boolean fitsFloats() {
    for (int i = 0; i < count; i++) {
      if ((float) numbers[i] != numbers[i]) {
        return false;
      }
    }
    return true;
  }

  void put(double value) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = Double.isNaN(value) ? Double.NaN : value + 0.0;
  }

  void put(String value) {
    text = value;
  }

  void put(byte[] value) {
    bytes = value;
  }
}
