package io.gradflow.driver.data;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Counts a partition's rows by stretch and split: {@code [stretch * SPLITS + split]}. */
final class SplitCountTask
    extends AbstractFunction2<TaskContext, Iterator<Tuple2<byte[], Void>>, long[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final KeyedRows rows;
  private final Ranks ranks;

  SplitCountTask(KeyedRows rows, Ranks ranks) {
    this.rows = rows;
    this.ranks = ranks;
  }

  @Override
  public long[] apply(TaskContext context, Iterator<Tuple2<byte[], Void>> partition) {
    KeyedRows.Reader reader = rows.reader();
    long[] counts = new long[ranks.stretches(context.partitionId()) * SplitRanks.SPLITS];
    while (partition.hasNext()) {
      byte[] keyed = partition.next()._1();
      reader.read(keyed);
      counts[ranks.stretch(KeyedBytes.key(keyed)) * SplitRanks.SPLITS + reader.split()]++;
    }
    return counts;
  }
}
