package io.gradflow.worker.shard;

import io.gradflow.common.data.RowPacker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.broadcast.Broadcast;

/**
 * Packs raw rows.
 *
 * @param packer bytes of a {@link RowPacker}
 * @param rowOffset where a row starts within its bytes
 */
record PackRows(Broadcast<byte[]> packer, int rowOffset) implements ShardFill {
  @Override
  public void fill(int microShard, Iterator<byte[]> rows, Path file) throws IOException {
    RowPacker.of(packer.value()).pack(rows, rowOffset, file);
  }
}
