package io.gradflow.common.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What one row holds in the columns of one encoder, before any fitting: numbers in the order of the
 * columns (vectors one after the other), or a text. Filled and checked here, whatever the source,
 * so that a value is refused in the same words everywhere. Reused from row to row by one thread.
 *
 * <p>The methods that add return null, or why the value is refused.
 */
public final class RawValues {
  private static final int MAX_SHOWN = 40;

  private double[] numbers = new double[8];
  private int count;
  private String text;

  /** Makes room for the next row. */
  public void clear() {
    count = 0;
    text = null;
  }

  /** Adds a number; -0 becomes 0, so that equal values have equal bits. */
  public String add(String column, double value) {
    if (!(Math.abs(value) <= Float.MAX_VALUE)) {
      return "column " + column + ": " + value + (Double.isFinite(value) ? " exceeds float32" : "");
    }
    put(value);
    return null;
  }

  /** Adds the number that a UTF-8 text spells. */
  public String add(String column, byte[] spelling) {
    double value = NumberText.parse(spelling);
    if (Double.isNaN(value)) {
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

  /** Sets the text. */
  public String set(String column, String value) {
    if (value.isEmpty()) {
      return missing(column);
    }
    if (value.indexOf('\uFFFD') >= 0) {
      return "column " + column + ": " + quoted(value) + " is not valid UTF-8";
    }
    text = value;
    return null;
  }

  /** Why a null is refused. */
  public static String missing(String column) {
    return "column " + column + ": missing";
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

  /** The text; null if these are numbers. */
  public String text() {
    return text;
  }

  /** Whether there are only whole numbers from 0 to 255. */
  public boolean fitsBytes() {
    for (int i = 0; i < count; i++) {
      int whole = (int) numbers[i];
      if (whole != numbers[i] || (whole & ~0xFF) != 0) {
        return false;
      }
    }
    return text == null;
  }

  boolean fitsFloats() {
    for (int i = 0; i < count; i++) {
      if ((float) numbers[i] != numbers[i]) {
        return false;
      }
    }
    return text == null;
  }

  void put(double value) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = value + 0.0;
  }

  void put(String value) {
    text = value;
  }
}
