package io.gradflow.driver.report;

/** Text into HTML. */
final class Html {
  private Html() {}

  /** Safe in element content and in quoted attributes of either kind. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
