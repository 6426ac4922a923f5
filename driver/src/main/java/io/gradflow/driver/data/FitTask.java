package io.gradflow.driver.data;

import io.gradflow.common.data.RawRow;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Sums over one micro-shard's training rows, in their order, for what is fitted. */
final class FitTask extends AbstractFunction2<TaskContext, Iterator<byte[]>, double[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final int[] widths;

  /**
   * @param widths numbers of each group; 0 where nothing is fitted
   */
  FitTask(int[] widths) {
    this.widths = widths;
  }

  @Override
  public double[] apply(TaskContext context, Iterator<byte[]> rows) {
    Moments.Sums[] sums =
        Arrays.stream(widths)
            .mapToObj(width -> width == 0 ? null : new Moments.Sums(width))
            .toArray(Moments.Sums[]::new);
    RawRow row = new RawRow(widths.length);
    while (rows.hasNext()) {
      row.read(rows.next(), KeyedBytes.KEY_BYTES);
      for (int g = 0; g < sums.length; g++) {
        if (sums[g] != null) {
          sums[g].add(row.group(g));
        }
      }
    }
    double[] message = new double[messageSize()];
    int at = 0;
    for (int g = 0; g < sums.length; g++) {
      if (sums[g] != null) {
        sums[g].write(message, at);
        at += Moments.messageSize(widths[g]);
      }
    }
    return message;
  }

  /** The moments over all micro-shards, combined in their order; null where nothing is fitted. */
  Moments[] combine(double[][] messages) {
    Moments[] moments = new Moments[widths.length];
    int at = 0;
    for (int g = 0; g < widths.length; g++) {
      if (widths[g] > 0) {
        moments[g] = new Moments(widths[g]);
        for (double[] message : messages) {
          moments[g].add(message, at);
        }
        at += Moments.messageSize(widths[g]);
      }
    }
    return moments;
  }

  private int messageSize() {
    return Arrays.stream(widths).filter(width -> width > 0).map(Moments::messageSize).sum();
  }
}
