package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.CounterRng.Purpose;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedShard;
import java.util.List;

/**
 * The changes of a job, one after the other on each row. A row's changes are keyed by (seed, epoch,
 * micro-shard, row in the micro-shard, place of the change): no bit depends on the rows that are in
 * the batch with it. One thread; allocates nothing.
 */
public final class Augmentation {
  private static final long PLACE = 0x9E3779B97F4A7C15L;
  private static final long PARTNER = 0xD1B54A32D192ED03L;

  private final RowChange[] changes;
  private final long seed;
  private final MiniBatch partner;
  private final int[] partnerRow = new int[1];

  /**
   * @throws IllegalArgumentException if a change does not fit the examples, naming its place
   */
  public Augmentation(List<AugmentSpec> specs, ExampleSchema schema, long seed) {
    this.changes = new RowChange[specs.size()];
    for (int i = 0; i < changes.length; i++) {
      try {
        changes[i] = specs.get(i).bind(schema);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("data.augment[" + i + "]: " + e.getMessage(), e);
      }
    }
    this.seed = seed;
    this.partner = new MiniBatch(schema, 1);
  }

  /**
   * Changes the rows of a batch.
   *
   * @param shard that they were read from
   * @param localRows of the shard, in the batch's order
   * @param epoch of the run
   */
  public void apply(
      MiniBatch batch, PackedShard shard, int[] localRows, long epoch, int microShard) {
    if (changes.length == 0) {
      return;
    }
    for (int i = 0; i < batch.rows(); i++) {
      long key = CounterRng.key(seed, Purpose.AUGMENT, epoch, microShard, localRows[i]);
      apply(batch, i, key, changes.length, shard);
    }
  }

  private void apply(MiniBatch batch, int row, long key, int until, PackedShard shard) {
    for (int c = 0; c < until; c++) {
      long own = CounterRng.mix(key + PLACE * (c + 1));
      if (changes[c].mixes()) {
        mixWithAnother(c, own, shard);
      }
      changes[c].apply(batch, row, own);
    }
  }

  /** Gives a change another row, changed by all before it that look at one row. */
  private void mixWithAnother(int place, long key, PackedShard shard) {
    long own = CounterRng.mix(key ^ PARTNER);
    partnerRow[0] = Checks.below(shard.rows(), own, 0);
    shard.read(partnerRow, 1, partner);
    for (int c = 0; c < place; c++) {
      if (!changes[c].mixes()) {
        changes[c].apply(partner, 0, CounterRng.mix(own + PLACE * (c + 1)));
      }
    }
    changes[place].with(partner);
  }
}
