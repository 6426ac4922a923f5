package io.gradflow.driver.data;

import java.util.Collection;
import java.util.List;

/**
 * What became of every row that was read.
 *
 * @param sources what became of the rows of each source: training's, then those of held-out rows
 */
public record RowCounts(long train, long validation, long test, List<SourceRows> sources) {
  public RowCounts {
    sources = List.copyOf(sources);
  }

  /** Rows of all sources that could not be used. */
  public long rejected() {
    return sources.stream().mapToLong(SourceRows::refused).sum();
  }

  /** The first of them, in the order of the sources and their files. */
  public List<RejectedRow> samples() {
    return sources.stream().map(SourceRows::samples).flatMap(Collection::stream).toList();
  }
}
