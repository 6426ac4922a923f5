package io.gradflow.driver.data;

import java.util.List;

/**
 * What became of every row that was read.
 *
 * @param rejected rows of all sources that could not be used
 * @param samples the first of them, in the order of the files
 */
public record RowCounts(
    long train, long validation, long test, long rejected, List<RejectedRow> samples) {
  public RowCounts {
    samples = List.copyOf(samples);
  }
}
