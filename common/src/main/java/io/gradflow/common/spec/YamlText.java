package io.gradflow.common.spec;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Plain values as YAML in block style; lists of scalars and empty maps on one line. */
final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./*-]*");
  // Words that some YAML reader takes for something else than text.
  private static final Set<String> TAKEN =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

  private final StringBuilder text = new StringBuilder();

  private YamlText() {}

  static String of(Object value) {
    YamlText yaml = new YamlText();
    if (isBlock(value)) {
      yaml.block(value, "", "");
    } else {
      yaml.text.append(flow(value)).append('\n');
    }
    return yaml.text.toString();
  }

  private static boolean isBlock(Object value) {
    return (value instanceof Map<?, ?> map && !map.isEmpty())
        || (value instanceof List<?> list
            && list.stream().anyMatch(item -> item instanceof Map || item instanceof List));
  }

  /**
   * @param first what the first line begins with
   * @param indent what the others begin with
   */
  private void block(Object value, String first, String indent) {
    String start = first;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(start).append(string(entry.getKey().toString())).append(':');
        start = indent;
        if (isBlock(entry.getValue())) {
          text.append('\n');
          block(entry.getValue(), indent + "  ", indent + "  ");
        } else {
          text.append(' ').append(flow(entry.getValue())).append('\n');
        }
      }
      return;
    }
    for (Object item : (List<?>) value) {
      if (isBlock(item)) {
        block(item, start + "- ", indent + "  ");
      } else {
        text.append(start).append("- ").append(flow(item)).append('\n');
      }
      start = indent;
    }
  }

  private static String flow(Object value) {
    if (value instanceof Map<?, ?>) {
      return "{}";
    }
    if (value instanceof List<?> list) {
      StringBuilder flow = new StringBuilder("[");
      for (Object item : list) {
        flow.append(flow.length() > 1 ? ", " : "").append(flow(item));
      }
      return flow.append(']').toString();
    }
    return value instanceof String string ? string(string) : JsonText.scalar(value);
  }

  private static String string(String string) {
    boolean plain =
        PLAIN.matcher(string).matches()
            && !TAKEN.contains(string.toLowerCase(java.util.Locale.ROOT));
    return plain ? string : JsonText.quoted(string);
  }
}
