package io.gradflow.driver.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.RawRow;
import io.gradflow.driver.data.PartitionScan.Chunk;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple2;

/**
 * Turns a partition of the source into keyed rows: reads, checks, hashes, counts. The key is the
 * keyed content hash, or (stretch of file, row in it) in source order. Reports to the accumulator
 * when the partition is read to its end.
 */
final class ScanTask implements PairFlatMapFunction<Iterator<InternalRow>, byte[], Void> {
  private static final long serialVersionUID = 1;

  private final SelectedColumns columns;
  private final RowRules rules;
  private final RowOrder order;
  private final int buckets;
  private final long orderKey;
  private final ScanAccumulator scans;

  /**
   * @param buckets of the content order; 1 in source order
   * @param orderKey what makes the content order one of the seed's own
   */
  ScanTask(
      SelectedColumns columns,
      RowRules rules,
      RowOrder order,
      int buckets,
      long orderKey,
      ScanAccumulator scans) {
    this.columns = columns;
    this.rules = rules;
    this.order = order;
    this.buckets = buckets;
    this.orderKey = orderKey;
    this.scans = scans;
  }

  @Override
  public Iterator<Tuple2<byte[], Void>> call(Iterator<InternalRow> rows) {
    return new Scan(rows, TaskContext.getPartitionId());
  }

  private final class Scan implements Iterator<Tuple2<byte[], Void>> {
    private final Iterator<InternalRow> rows;
    private final RowCheck check = new RowCheck(columns, rules);
    private final PartitionScan scan;
    private UTF8String file;
    private String fileName = "";
    private long start;
    private long rowInChunk;
    private int acceptedInChunk;
    private int chunks;
    private Tuple2<byte[], Void> next;
    private boolean ended;

    Scan(Iterator<InternalRow> rows, int partition) {
      this.rows = rows;
      this.start = columns.hasFile() ? -1 : partition;
      this.scan = new PartitionScan(partition, buckets, rules.groups().groups());
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        next = keyed(rows.next());
      }
      if (next == null && !ended) {
        ended = true;
        endChunk();
        scans.add(scan);
      }
      return next != null;
    }

    @Override
    public Tuple2<byte[], Void> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Tuple2<byte[], Void> result = next;
      next = null;
      return result;
    }

    private Tuple2<byte[], Void> keyed(InternalRow row) {
      followFile(row);
      String problem = check.problem(row);
      rowInChunk++;
      if (problem != null) {
        scan.refuse(fileName, start, rowInChunk - 1, problem);
        return null;
      }
      RawRow raw = check.raw();
      byte[] bytes = raw.toBytes(KeyedBytes.KEY_BYTES);
      long contentHash = RowHash.of(bytes, KeyedBytes.KEY_BYTES);
      long key =
          order == RowOrder.CONTENT
              ? CounterRng.mix(contentHash ^ orderKey)
              : ((long) chunks << Integer.SIZE) | acceptedInChunk;
      int bucket = order == RowOrder.CONTENT ? KeyedBytes.ByRange.bucket(key, buckets) : 0;
      KeyedBytes.key(bytes, key);
      scan.accept(raw, contentHash, bucket);
      acceptedInChunk++;
      return new Tuple2<>(bytes, null);
    }

    private void followFile(InternalRow row) {
      if (!columns.hasFile()) {
        return;
      }
      UTF8String nowFile = columns.file(row);
      long nowStart = columns.start(row);
      if (nowStart != start || !nowFile.equals(file)) {
        if (file != null) {
          endChunk();
        }
        file = nowFile.clone();
        fileName = nowFile.toString();
        start = nowStart;
        rowInChunk = 0;
      }
    }

    private void endChunk() {
      scan.chunks.add(new Chunk(fileName, start, acceptedInChunk));
      chunks++;
      acceptedInChunk = 0;
    }
  }
}
