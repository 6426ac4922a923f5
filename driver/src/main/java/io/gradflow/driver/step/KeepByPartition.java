package io.gradflow.driver.step;

import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Keeps each partition's result under the partition's number. */
final class KeepByPartition<U> extends AbstractFunction2<Object, U, BoxedUnit> {
  private final U[] results;

  KeepByPartition(U[] results) {
    this.results = results;
  }

  @Override
  public BoxedUnit apply(Object partition, U result) {
    results[(Integer) partition] = result;
    return BoxedUnit.UNIT;
  }
}
