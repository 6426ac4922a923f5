package io.gradflow.common.spec;

import java.util.List;
import java.util.Map;

/** Plain values as JSON, indented by two spaces; lists of scalars on one line. */
final class JsonText {
  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  static String of(Object value) {
    JsonText json = new JsonText();
    json.append(value, "\n");
    return json.text.append('\n').toString();
  }

  private void append(Object value, String newline) {
    if (value instanceof Map<?, ?> map) {
      block('{', '}', map.entrySet(), newline);
    } else if (value instanceof List<?> list) {
      if (list.stream().noneMatch(item -> item instanceof Map || item instanceof List)) {
        line(list);
      } else {
        block('[', ']', list, newline);
      }
    } else {
      text.append(scalar(value));
    }
  }

  private void line(List<?> list) {
    text.append('[');
    String separator = "";
    for (Object item : list) {
      text.append(separator).append(scalar(item));
      separator = ", ";
    }
    text.append(']');
  }

  private void block(char open, char close, Iterable<?> items, String newline) {
    text.append(open);
    String separator = newline + "  ";
    boolean empty = true;
    for (Object item : items) {
      text.append(separator);
      if (item instanceof Map.Entry<?, ?> entry) {
        text.append(quoted(entry.getKey().toString())).append(": ");
        append(entry.getValue(), newline + "  ");
      } else {
        append(item, newline + "  ");
      }
      separator = "," + newline + "  ";
      empty = false;
    }
    text.append(empty ? "" : newline).append(close);
  }

  static String scalar(Object value) {
    if (value instanceof String string) {
      return quoted(string);
    }
    if (value instanceof Float || value instanceof Double) {
      // Java's shortest digits read back to the same bits; a sign in the exponent makes them a
      // number in YAML 1.1 too.
      String digits = value.toString();
      return digits.contains("E-") ? digits.replace('E', 'e') : digits.replace("E", "e+");
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new IllegalArgumentException("not a plain value: " + value);
  }

  static String quoted(String string) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if ((c >= ' ' && c < 0x7f) || Character.isLetterOrDigit(c)) {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
