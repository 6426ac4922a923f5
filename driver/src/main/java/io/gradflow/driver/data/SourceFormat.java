package io.gradflow.driver.data;

/** The formats a source may have. */
public enum SourceFormat {
  /** Text with separators; every option of Spark's reader, header true unless set. */
  CSV,
  /** As CSV, with tabs. */
  TSV,
  /** One JSON object a line. */
  JSON,
  PARQUET,
  ORC,
  /** As Spark's own module reads it, which has to be on the class path. */
  AVRO,
  /** Sparse rows as LIBSVM writes them: columns label and features. */
  LIBSVM,
  /** As MNIST is written: column values, with option labels also label. */
  IDX,
  /** NumPy's npy and npz: column values, or a column an array. */
  NUMPY,
  /** Text, a row a line, or a file with option wholetext, in the column {@code text}. */
  TEXT,
  /** Whole files, such as images and sounds: columns content, folder, file; option labels. */
  FILES,
  /** A table or view of the Spark session; the path is its name. */
  TABLE,
  /** A query in SQL; the path is its text. */
  SQL;

  /** Whether the path names files. */
  boolean inFiles() {
    return this != TABLE && this != SQL;
  }
}
