package io.gradflow.driver.data;

import io.gradflow.worker.shard.ShardRdd;
import java.util.List;

/**
 * A data set encoded with a preprocessing that was fitted before. Whoever makes it closes it.
 *
 * @param rejected rows that could not be used
 * @param samples the first of them
 */
public record EncodedData(
    ShardRdd shards, long rejected, List<RejectedRow> samples, String fingerprint)
    implements AutoCloseable {
  public EncodedData {
    samples = List.copyOf(samples);
  }

  @Override
  public void close() {
    shards.drop();
  }
}
