package io.gradflow.driver.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import scala.Tuple2;

/** Deals scanned rows to splits and micro-shards. */
final class DealTask implements PairFlatMapFunction<Iterator<Tuple2<byte[], Void>>, byte[], Void> {
  private static final long serialVersionUID = 1;

  private final Placement placement;

  DealTask(Placement placement) {
    this.placement = placement;
  }

  @Override
  public Iterator<Tuple2<byte[], Void>> call(Iterator<Tuple2<byte[], Void>> rows) {
    Placement.Walk walk = placement.walk(TaskContext.getPartitionId());
    return new Iterator<>() {
      private byte[] dealt;
      private boolean ended;

      @Override
      public boolean hasNext() {
        while (dealt == null && rows.hasNext()) {
          dealt = walk.next(rows.next()._1());
        }
        if (dealt == null && !ended) {
          ended = true;
          walk.end();
        }
        return dealt != null;
      }

      @Override
      public Tuple2<byte[], Void> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Tuple2<byte[], Void> result = new Tuple2<>(dealt, null);
        dealt = null;
        return result;
      }
    };
  }
}
