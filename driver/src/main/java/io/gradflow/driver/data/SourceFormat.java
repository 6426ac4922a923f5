package io.gradflow.driver.data;

/** The formats a source may have. */
public enum SourceFormat {
  /** Text with separators; every option of Spark's reader, header true unless set. */
  CSV,
  /** One JSON object a line. */
  JSON,
  PARQUET,
  ORC,
  /** Text, a row a line, or a file with option wholetext, in the column {@code text}. */
  TEXT,
  /** A table or view of the Spark session; the path is its name. */
  TABLE
}
