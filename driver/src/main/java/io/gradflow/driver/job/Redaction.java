package io.gradflow.driver.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Takes secrets out of what is written or shown. */
public final class Redaction {
  // Spark's own default of spark.redaction.regex.
  private static final Pattern SECRET = Pattern.compile("(?i)secret|password|token|access[.]?key");
  private static final Pattern USER = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");
  private static final Pattern QUERY =
      Pattern.compile(
          "(?i)([?&][^=&\\s]*(?:secret|password|token|access[.]?key|sig)[^=&\\s]*=)[^&\\s]*");
  private static final String REDACTED = "(redacted)";

  private Redaction() {}

  /**
   * Plain values without those under keys that name secrets, and without the credentials in URIs.
   */
  public static Object redact(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> redacted = new LinkedHashMap<>();
      map.forEach(
          (key, entry) ->
              redacted.put((String) key, named((String) key) ? REDACTED : redact(entry)));
      return redacted;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Redaction::redact).toList();
    }
    return value instanceof String text ? uri(text) : value;
  }

  /** A {@code path=value} of the command line, without the value if the path names a secret. */
  public static String override(String override) {
    int equals = override.indexOf('=');
    return equals >= 0 && named(override.substring(0, equals))
        ? override.substring(0, equals + 1) + REDACTED
        : uri(override);
  }

  private static boolean named(String key) {
    return SECRET.matcher(key).find();
  }

  private static String uri(String text) {
    return QUERY.matcher(USER.matcher(text).replaceAll(REDACTED)).replaceAll("$1" + REDACTED);
  }
}
