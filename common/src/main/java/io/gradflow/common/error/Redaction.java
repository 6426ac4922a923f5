package io.gradflow.common.error;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what is written, shown or logged: values under names that stand for secrets,
 * and credentials within URIs. It knows names, not secrets: one under a name of its own is shown.
 *
 * <p>A value that is not text stays: no secret is a number to a job file, but weights of classes,
 * by whatever name, are, and bits depend on them. For the same reason {@code token} counts as the
 * last word of a name only; {@code tokens} and {@code tokenDropout} are no secrets.
 */
public final class Redaction {
  /** Credentials in the authority of a URI, e.g. {@code s3a://KEY:SECRET@bucket}. */
  public static final String URI_CREDENTIALS =
      "(?<=://)(?:[^/\\s\"'<>]+|[^/@:\\s\"'<>]+:(?!\\d*[/\\s])[^\\s\"'<>]+?)(?=@)";

  private static final String REDACTED = "(redacted)";
  private static final String WORDS =
      "secret|passw(?:or)?d|passphrase|credential|(?:access|account|api|private)[._-]?key";
  private static final String TOKEN = "(?:auth|access|session|security|refresh|bearer)token";
  private static final Pattern NAME =
      Pattern.compile(
          "(?i)(?:" + WORDS + "|" + TOKEN + "$|(?:^|[._-])(?:token(?:$|[._-])|pwd$|sig$))");
  private static final Pattern AUTHORITY = Pattern.compile(URI_CREDENTIALS);
  private static final Pattern QUERY =
      Pattern.compile(
          "(?i)([?&;][^=&;\\s]*(?:" + WORDS + "|token|sig|pwd)[^=&;\\s]*=)[^&;\\s\"'<>]*");
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)(?<![\\w.-])([\\w.-]{0,80}(?:"
              + WORDS
              + ")[\\w.-]{0,80}|[\\w.-]{0,80}"
              + TOKEN
              + "|(?:[\\w.-]{0,80}[._-])?(?:token|pwd|sig))=([\"']?)(?!\\(redacted)[^\\s\"',;&)\\]}]+");

  private Redaction() {}

  /**
   * Plain values without those under keys that name secrets, and without the credentials in URIs.
   */
  public static Object redact(Object value) {
    return redact(value, false);
  }

  private static Object redact(Object value, boolean named) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> redacted = new LinkedHashMap<>();
      map.forEach(
          (key, entry) ->
              redacted.put((String) key, redact(entry, named || isSecret((String) key))));
      return redacted;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(each -> redact(each, named)).toList();
    }
    return value instanceof String text ? (named ? REDACTED : uri(text)) : value;
  }

  /** A {@code path=value} of the command line, without the value if the path names a secret. */
  public static String override(String override) {
    int equals = override.indexOf('=');
    return equals >= 0 && isSecret(override.substring(0, equals))
        ? override.substring(0, equals + 1) + REDACTED
        : text(override);
  }

  /** A message without credentials in URIs, and without what it says that secrets are set to. */
  public static String text(String message) {
    return ASSIGNED.matcher(uri(String.valueOf(message))).replaceAll("$1=$2" + REDACTED);
  }

  /** A stack trace, causes and all, as {@link #text}. */
  public static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    try (PrintWriter out = new PrintWriter(trace)) {
      thrown.printStackTrace(out);
    }
    return text(trace.toString());
  }

  private static boolean isSecret(String name) {
    return NAME.matcher(name).find();
  }

  private static String uri(String text) {
    return QUERY.matcher(AUTHORITY.matcher(text).replaceAll(REDACTED)).replaceAll("$1" + REDACTED);
  }
}
