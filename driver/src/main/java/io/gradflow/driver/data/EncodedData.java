package io.gradflow.driver.data;

import io.gradflow.driver.profile.TableTally;
import io.gradflow.worker.shard.ShardRdd;
import java.util.List;

/**
 * A data set encoded with a preprocessing that was fitted before. Whoever makes it closes it.
 *
 * @param rows what became of all rows
 * @param tally what the used ones hold
 * @param fingerprint of the rows used
 */
public record EncodedData(ShardRdd shards, SourceRows rows, TableTally tally, String fingerprint)
    implements AutoCloseable {
  /** Rows that could not be used. */
  public long rejected() {
    return rows.refused();
  }

  /** The first of them. */
  public List<RejectedRow> samples() {
    return rows.samples();
  }

  @Override
  public void close() {
    shards.drop();
  }
}
