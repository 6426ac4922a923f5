package io.gradflow.common.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.Serializable;
import java.util.List;

/**
 * The columns that one encoder reads, and what they hold.
 *
 * @param columns in order; several only where they hold numbers
 * @param content of each column
 * @param width numbers that the columns give together; 0 while unknown, and for text
 * @param optional whether values may be missing: NaN among numbers, an empty text
 */
public record RawGroup(List<String> columns, Content content, int width, boolean optional)
    implements Serializable {
  /** What a column holds. */
  public enum Content {
    /** One number, or text that spells one. */
    NUMBER,
    /** Several numbers: an array, or the vector of Spark's machine learning library. */
    VECTOR,
    /** A class label: text, a number, a truth value; numbers have one spelling. */
    LABEL,
    /** A date or time, as seconds since 1970 in UTC. */
    TIME,
    /** Text as it is. */
    TEXT,
    /** The bytes of a file: an image, a sound. */
    BINARY
  }

  public RawGroup {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("raw values of no column");
    }
  }

  /** Columns whose values must all be there. */
  public RawGroup(List<String> columns, Content content, int width) {
    this(columns, content, width, false);
  }

  /** Whether encoders of the same columns may read one copy of the values. */
  boolean shared() {
    return content == Content.TEXT || content == Content.BINARY;
  }

  /**
   * Reads a plain Java value: Number, String, Boolean, float[], double[] or a List of numbers.
   *
   * @return null, or why the value is refused
   */
  public String read(String column, Object value, RawValues to) {
    if (value == null) {
      return to.missing(this, column);
    }
    return switch (content) {
      case NUMBER -> number(column, value, to);
      case VECTOR -> vector(column, value, to);
      case LABEL -> label(column, value, to);
      case TIME -> to.time(column, TimeText.of(value), value);
      case TEXT -> text(column, value, to);
      case BINARY -> binary(column, value, to);
    };
  }

  /**
   * Checks what was read of a whole row.
   *
   * @return null, or why the row is refused
   */
  public String check(RawValues values) {
    return width > 0 && values.count() != width
        ? "column %s: %d numbers; expected %d"
            .formatted(String.join(", ", columns), values.count(), width)
        : null;
  }

  /** Null, or why this group's number is no example weight. */
  public String weightProblem(RawValues values) {
    return values.number(0) < 0
        ? "column %s: weight %s is negative".formatted(columns.get(0), values.number(0))
        : null;
  }

  private static String number(String column, Object value, RawValues to) {
    if (value instanceof Number number) {
      return to.add(column, number.doubleValue());
    }
    if (value instanceof Boolean truth) {
      return to.add(column, truth ? 1 : 0);
    }
    if (value instanceof String text) {
      return to.add(column, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    throw wrongType(column, value, "a number");
  }

  private static String vector(String column, Object value, RawValues to) {
    String problem = null;
    if (value instanceof double[] numbers) {
      for (int i = 0; i < numbers.length && problem == null; i++) {
        problem = to.add(column, numbers[i]);
      }
    } else if (value instanceof byte[] numbers) {
      problem = to.addBytes(numbers);
    } else if (value instanceof float[] numbers) {
      for (int i = 0; i < numbers.length && problem == null; i++) {
        problem = to.add(column, numbers[i]);
      }
    } else if (value instanceof List<?> numbers) {
      for (int i = 0; i < numbers.size() && problem == null; i++) {
        Object number = numbers.get(i);
        problem = number == null ? to.missing(column) : number(column, number, to);
      }
    } else {
      throw wrongType(column, value, "an array of numbers");
    }
    return problem;
  }

  private static String label(String column, Object value, RawValues to) {
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number)
          ? to.set(column, NumberText.label(number))
          : "column " + column + ": " + number;
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof String) {
      return to.set(column, NumberText.label(value.toString()));
    }
    throw wrongType(column, value, "a class label");
  }

  private static String text(String column, Object value, RawValues to) {
    if (value instanceof String text) {
      return to.set(column, text);
    }
    throw wrongType(column, value, "text");
  }

  private static String binary(String column, Object value, RawValues to) {
    if (value instanceof byte[] bytes) {
      return to.set(column, bytes);
    }
    throw wrongType(column, value, "bytes");
  }

  private static GradflowException wrongType(String column, Object value, String expected) {
    return new GradflowException(
        ExitCode.BAD_DATA,
        "column %s holds a %s; expected %s"
            .formatted(column, value.getClass().getSimpleName(), expected));
  }
}
