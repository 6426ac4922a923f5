package io.gradflow.driver.data;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Reads a partition to its end for what it reports by accumulator. */
final class DrainTask<T> extends AbstractFunction2<TaskContext, Iterator<T>, Long>
    implements Serializable {
  private static final long serialVersionUID = 1;

  @Override
  public Long apply(TaskContext context, Iterator<T> rows) {
    long count = 0;
    while (rows.hasNext()) {
      rows.next();
      count++;
    }
    return count;
  }
}
