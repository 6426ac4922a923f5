package io.gradflow.driver.data;

/** The formats a source may have. */
public enum SourceFormat {
  /** Text with separators; every option of Spark's reader, header true unless set. */
  CSV,
  /** One JSON object a line. */
  JSON,
  PARQUET,
  ORC,
  /** A table or view of the Spark session; the path is its name. */
  TABLE
}
