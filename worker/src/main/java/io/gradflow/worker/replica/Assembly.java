package io.gradflow.worker.replica;

import io.gradflow.common.augment.Augmentation;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedShard;

/**
 * One minibatch and all that is needed to fill it with rows of a micro-shard. Used by one thread at
 * a time; filling allocates nothing.
 */
final class Assembly {
  private final BatchPlan plan;
  private final Augmentation augmentation;
  private final MiniBatch batch;
  private final int[] rows;

  /** The rows of one pass, of those of a micro-shard. */
  private final int[] chunk;

  private Part part;
  private int count;

  /**
   * What is in a minibatch: the rows of a micro-shard in a step, from one of them on.
   *
   * @param shard that holds the micro-shard
   * @param from the first row, of those that the step takes of the micro-shard
   */
  record Part(int epoch, int stepInEpoch, int microShard, int from, PackedShard shard) {}

  Assembly(BatchPlan plan, Augmentation augmentation, MiniBatch batch) {
    this.plan = plan;
    this.augmentation = augmentation;
    this.batch = batch;
    this.rows = new int[plan.maxRowsPerMicroShard()];
    this.chunk = new int[batch.maxRows()];
  }

  /** Fills the batch; empty if the part has no rows. */
  void fill(Part wanted) {
    part = null;
    count = plan.localRows(wanted.epoch(), wanted.stepInEpoch(), wanted.microShard(), rows);
    int now = Math.max(0, Math.min(batch.maxRows(), count - wanted.from()));
    if (now > 0) {
      System.arraycopy(rows, wanted.from(), chunk, 0, now);
      wanted.shard().read(chunk, now, batch);
      augmentation.apply(batch, wanted.shard(), chunk, wanted.epoch(), wanted.microShard());
    } else {
      batch.rows(0);
    }
    part = wanted;
  }

  /** Whether this is in the batch. */
  boolean holds(Part wanted) {
    return wanted.equals(part);
  }

  /** Says that the batch is used for something else. */
  void clear() {
    part = null;
  }

  /** Rows that the step takes of the micro-shard, in this part and in others. */
  int count() {
    return count;
  }

  MiniBatch batch() {
    return batch;
  }
}
