package io.gradflow.common.data;

import java.nio.charset.StandardCharsets;

/**
 * Numbers and class labels as text, read the same from every source.
 *
 * <p>A number is an optional sign, decimal digits with an optional point, an optional exponent,
 * between optional spaces; no hexadecimal, no type suffix, no NaN, no infinity. The result is the
 * nearest double, as of {@link Double#parseDouble}; for up to 15 digits and powers of ten up to 22
 * one division or product of exact numbers gives it (Clinger 1990, "How to read floating point
 * numbers accurately").
 */
public final class NumberText {
  private static final int EXACT_DIGITS = 15;
  private static final double[] EXACT_POWERS = new double[23];

  static {
    double power = 1;
    for (int i = 0; i < EXACT_POWERS.length; i++) {
      EXACT_POWERS[i] = power;
      power *= 10;
    }
  }

  private NumberText() {}

  /** The number that UTF-8 text spells; NaN if it spells none. */
  public static double parse(byte[] text) {
    int at = 0;
    int end = text.length;
    while (at < end && isSpace(text[at])) {
      at++;
    }
    while (end > at && isSpace(text[end - 1])) {
      end--;
    }
    int start = at;
    boolean negative = at < end && text[at] == '-';
    if (at < end && (text[at] == '-' || text[at] == '+')) {
      at++;
    }
    long digits = 0;
    int significant = 0;
    int seen = 0;
    int exponent = 0;
    boolean point = false;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        seen++;
        if (digits != 0 || digit != 0) {
          significant++;
        }
        if (significant <= EXACT_DIGITS) {
          digits = digits * 10 + digit;
        }
        if (point) {
          exponent--;
        }
      } else if (text[at] == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (seen == 0) {
      return Double.NaN;
    }
    if (at < end) {
      int written = exponent(text, at, end);
      if (written == Integer.MIN_VALUE) {
        return Double.NaN;
      }
      exponent += written;
    }
    if (significant > EXACT_DIGITS || Math.abs(exponent) >= EXACT_POWERS.length) {
      return Double.parseDouble(new String(text, start, end - start, StandardCharsets.US_ASCII));
    }
    double value =
        exponent < 0 ? digits / EXACT_POWERS[-exponent] : digits * EXACT_POWERS[exponent];
    return negative ? -value : value;
  }

  /** The number that a text spells; NaN if it spells none. */
  public static double parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A class label in its one spelling: text that spells a number is that number's spelling, so that
   * 3, 3.0 and "3" are one class; other text stays as it is. Leading zeros or a plus keep text a
   * text: "007" is not 7.
   */
  public static String label(String text) {
    double value = labelNumber(text);
    return Double.isNaN(value) ? text : label(value);
  }

  /** The label of a number: whole numbers without a point. */
  public static String label(double value) {
    // Adding zero makes -0 zero.
    return value == Math.rint(value) && Math.abs(value) < 0x1p53
        ? Long.toString((long) value)
        : Double.toString(value + 0.0);
  }

  /** Numbers by value before other text by code point. */
  public static int compareLabels(String a, String b) {
    double x = labelNumber(a);
    double y = labelNumber(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Double.isNaN(x) && Double.isNaN(y)
          ? java.util.Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8))
          : Boolean.compare(Double.isNaN(x), Double.isNaN(y));
    }
    return Double.compare(x, y);
  }

  private static double labelNumber(String text) {
    String digits = text.strip();
    int first = digits.startsWith("-") ? 1 : 0;
    boolean spelledAsText =
        digits.startsWith("+")
            || (digits.length() > first + 1
                && digits.charAt(first) == '0'
                && Character.isDigit(digits.charAt(first + 1)));
    double value = spelledAsText ? Double.NaN : parse(text);
    return Math.abs(value) < 0x1p53 ? value : Double.NaN;
  }

  /** The written exponent; MIN_VALUE if this is none. Huge ones saturate: the rest decides. */
  private static int exponent(byte[] text, int at, int end) {
    if (text[at] != 'e' && text[at] != 'E') {
      return Integer.MIN_VALUE;
    }
    at++;
    boolean negative = at < end && text[at] == '-';
    if (at < end && (text[at] == '-' || text[at] == '+')) {
      at++;
    }
    if (at == end) {
      return Integer.MIN_VALUE;
    }
    int value = 0;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      value = Math.min(value * 10 + digit, 100_000);
    }
    return negative ? -value : value;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
