package io.gradflow.driver.data;

/** The canonical order of rows, which decides micro-shards and splits. */
public enum RowOrder {
  /**
   * By a hash of the row's values keyed by the seed: files, partitions and row order do not matter.
   */
  CONTENT,
  /**
   * By file path and place in the file, without the shuffle that CONTENT costs: reproducible for
   * the same files. Rows that are held out are spread evenly.
   */
  SOURCE
}
