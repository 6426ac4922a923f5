package io.gradflow.common.spec;

import io.gradflow.common.spec.SpecNode.Scalar;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scalars as the types they are read for. Each method throws {@link Unfit} with the reason. */
final class Scalars {
  /** A scalar that cannot be read as the type wanted. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String message) {
      super(message, null, false, false);
    }
  }

  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(?:(?:0|[1-9]\\d*(?:_\\d+)*)(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d{1,9})?");
  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9_].*");
  private static final Pattern OTHER_BASE = Pattern.compile("[-+]?0[xXoObB][0-9a-fA-F_]+");
  private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSE = Set.of("false", "False", "FALSE");
  private static final Set<String> WORDS_FOR_TRUTH =
      Set.of("yes", "no", "on", "off", "y", "n", "1", "0");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|min|h|d)");
  private static final String DURATION_WANTED =
      "expected a duration such as 500ms, 30s, 5min or 2h, got ";

  private Scalars() {}

  static boolean isScalar(Class<?> type) {
    return type.isPrimitive()
        || Number.class.isAssignableFrom(type)
        || type == Boolean.class
        || type == String.class
        || type == Duration.class
        || type.isEnum();
  }

  static boolean isWhole(Class<?> type) {
    return type == int.class || type == Integer.class || type == long.class || type == Long.class;
  }

  static Object read(Class<?> type, Scalar scalar) throws Unfit {
    if (type == String.class) {
      return scalar.text();
    }
    if (type == int.class || type == Integer.class) {
      return (int) whole(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return whole(scalar, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == double.class || type == Double.class) {
      String digits = digits(scalar, "a number");
      double value = Double.parseDouble(digits);
      range(scalar, digits, Double.isInfinite(value), value == 0, Double.MAX_VALUE);
      return value;
    }
    if (type == float.class || type == Float.class) {
      String digits = digits(scalar, "a number");
      float value = Float.parseFloat(digits);
      range(scalar, digits, Float.isInfinite(value), value == 0, Float.MAX_VALUE);
      return value;
    }
    if (type == boolean.class || type == Boolean.class) {
      return truth(scalar);
    }
    if (type == Duration.class) {
      return duration(scalar);
    }
    if (type.isEnum()) {
      return constant(type, scalar);
    }
    throw new IllegalStateException("components of " + type + " cannot be read");
  }

  private static long whole(Scalar scalar, long min, long max) throws Unfit {
    String digits = digits(scalar, "a whole number");
    try {
      long value = new BigDecimal(digits).longValueExact();
      if (value < min || value > max) {
        throw new Unfit(
            "expected a whole number from %d to %d, got %s".formatted(min, max, scalar.text()));
      }
      return value;
    } catch (ArithmeticException e) {
      throw new Unfit(
          digits.matches("[-+]?\\d+")
              ? "expected a whole number from %d to %d, got %s".formatted(min, max, scalar.text())
              : "expected a whole number, got " + scalar.text());
    }
  }

  private static String digits(Scalar scalar, String wanted) throws Unfit {
    String text = scalar.text();
    boolean number = NUMBER.matcher(text).matches();
    if (scalar.quoted()) {
      throw new Unfit(
          "expected %s, got text \"%s\"%s"
              .formatted(wanted, text, number ? "; remove the quotes" : ""));
    }
    if (number) {
      return text.replace("_", "");
    }
    if (OTHER_BASE.matcher(text).matches()) {
      throw new Unfit("expected %s in decimal digits, got %s".formatted(wanted, text));
    }
    if (LEADING_ZERO.matcher(text).matches()) {
      throw new Unfit(
          "expected %s, got %s; leave out the leading zeros (some readers take them for octal)"
              .formatted(wanted, text));
    }
    throw new Unfit("expected %s, got \"%s\"".formatted(wanted, text));
  }

  private static void range(
      Scalar scalar, String digits, boolean infinite, boolean zero, double max) throws Unfit {
    if (infinite) {
      throw new Unfit("%s is too large; expected at most %s".formatted(scalar.text(), max));
    }
    if (zero && new BigDecimal(digits).signum() != 0) {
      throw new Unfit(scalar.text() + " is too close to zero to be told from it");
    }
  }

  private static boolean truth(Scalar scalar) throws Unfit {
    String text = scalar.text();
    if (!scalar.quoted() && TRUE.contains(text)) {
      return true;
    }
    if (!scalar.quoted() && FALSE.contains(text)) {
      return false;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (WORDS_FOR_TRUTH.contains(lower)) {
      boolean yes = List.of("yes", "on", "y", "1").contains(lower);
      throw new Unfit("expected true or false, got \"%s\"; write %s".formatted(text, yes));
    }
    throw new Unfit("expected true or false, got \"%s\"".formatted(text));
  }

  private static Duration duration(Scalar scalar) throws Unfit {
    Matcher matcher = DURATION.matcher(scalar.text());
    if (!matcher.matches()) {
      throw new Unfit(DURATION_WANTED + "\"" + scalar.text() + "\"");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "min" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** The way a duration is written: in the largest unit that divides it, at most hours. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 0 || !Duration.ofMillis(millis).equals(duration)) {
      throw new IllegalArgumentException(
          "duration " + duration + " cannot be written; expected whole milliseconds");
    }
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + "s";
    }
    return seconds % 3600 != 0 ? seconds / 60 + "min" : seconds / 3600 + "h";
  }

  private static Object constant(Class<?> type, Scalar scalar) throws Unfit {
    List<String> names =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> Types.constant((Enum<?>) constant))
            .toList();
    int index = names.indexOf(scalar.text());
    if (index < 0) {
      throw new Unfit(
          "%sexpected one of %s, got \"%s\""
              .formatted(
                  Suggestion.of(scalar.text(), names), String.join(", ", names), scalar.text()));
    }
    return type.getEnumConstants()[index];
  }
}
