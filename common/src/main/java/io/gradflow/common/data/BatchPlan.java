package io.gradflow.common.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.CounterRng.Purpose;
import java.util.Optional;

/**
 * Which rows each micro-shard takes in each step: a pure function of (seed, rows, batch size,
 * micro-shards, epoch, step), the same on every machine and without memory.
 *
 * <p>The row of canonical rank r is row r div M of micro-shard r mod M. An epoch has one slot a
 * row; step s covers the slots [sB, min((s+1)B, N)), and slot g belongs to micro-shard g mod M. So
 * every row is seen exactly once an epoch, the parts of a batch differ by at most one row, and all
 * micro-shards end together. Which of its rows a micro-shard puts into its j-th slot is a
 * permutation keyed by (seed, epoch, micro-shard): an alternating Feistel network over the smallest
 * power of two that holds the rows, walked until it lands inside them (Black and Rogaway 2002,
 * "Ciphers with arbitrary finite domains"). The domain is less than twice the rows, so a walk takes
 * less than two rounds on average.
 *
 * <p>With a shuffle window of W rows, for shards that exceed the page cache, an epoch starts at a
 * row of the micro-shard that is drawn, and goes over stretches of W rows in an order that is
 * drawn; rows are permuted within a stretch. So one stretch of the file is read at a time, and all
 * of it is used before the next. The rows that did not make a whole stretch come last. In canonical
 * order neighbours have nothing in common, so that stretches are random samples themselves; with
 * {@code order: source} they are only as mixed as the files.
 */
public final class BatchPlan {
  private static final int FEISTEL_ROUNDS = 6;
  private static final long ROUND_KEY = 0x9E3779B97F4A7C15L;
  private static final int MIN_ROWS_PER_MICRO_SHARD = 128;

  private final long seed;
  private final long rows;
  private final int batchSize;
  private final int microShards;
  private final int window;

  /** Rows are shuffled over all of their micro-shard. */
  public BatchPlan(long seed, long rows, int batchSize, int microShards) {
    this(seed, rows, batchSize, microShards, Optional.empty());
  }

  /**
   * @param shuffleWindow rows of a micro-shard that are shuffled among themselves; all if empty
   * @param rows of the data set, 0 and more; may be fewer than a batch or than the micro-shards
   * @throws IllegalArgumentException if a size is out of range, or a micro-shard would have more
   *     than 2^31 - 1 rows
   */
  public BatchPlan(
      long seed, long rows, int batchSize, int microShards, Optional<Integer> shuffleWindow) {
    if (rows < 0 || batchSize < 1 || microShards < 1) {
      throw new IllegalArgumentException(
          "batch plan of %d rows, batch size %d, %d micro-shards; expected at least 0, 1 and 1"
              .formatted(rows, batchSize, microShards));
    }
    if (ceilDiv(rows, microShards) > Integer.MAX_VALUE
        || ceilDiv(rows, batchSize) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%d rows in %d micro-shards and batches of %d: a micro-shard holds at most 2^31 - 1 rows and an epoch as many steps; use more micro-shards or a larger batch"
              .formatted(rows, microShards, batchSize));
    }
    this.seed = seed;
    this.rows = rows;
    this.batchSize = batchSize;
    this.microShards = microShards;
    this.window = shuffleWindow.orElse(Integer.MAX_VALUE);
    if (window < 1) {
      throw new IllegalArgumentException("shuffle window of " + window + " rows");
    }
  }

  /**
   * The largest power of two that leaves each micro-shard at least 128 rows of a batch, and at
   * least 2: it depends on the batch size alone, so that results do not depend on the machine.
   */
  public static int defaultMicroShards(int batchSize) {
    return Math.max(2, Integer.highestOneBit(Math.max(1, batchSize / MIN_ROWS_PER_MICRO_SHARD)));
  }

  public long rows() {
    return rows;
  }

  public int batchSize() {
    return batchSize;
  }

  public int microShards() {
    return microShards;
  }

  /** ceil(rows / batch size); 0 without rows. */
  public int stepsPerEpoch() {
    return (int) ceilDiv(rows, batchSize);
  }

  /** Rows of the data set that step {@code stepInEpoch} sees, over all micro-shards. */
  public int stepRows(long stepInEpoch) {
    return (int) (lastSlot(stepInEpoch) - firstSlot(stepInEpoch));
  }

  /** The most rows that one micro-shard gets in a step: ceil(min(batch, rows) / M), at least 1. */
  public int maxRowsPerMicroShard() {
    return (int) Math.max(1, ceilDiv(Math.min(batchSize, rows), microShards));
  }

  /** Rows that micro-shard {@code microShard} holds: ceil((N - m) / M). */
  public int microShardRows(int microShard) {
    return (int) slotsBelow(rows, microShard);
  }

  /**
   * The rows of {@code microShard} in one step, as indices within the micro-shard, in the order
   * that sums over rows follow.
   *
   * @param epoch from 0
   * @param stepInEpoch from 0, below {@link #stepsPerEpoch()}
   * @param localRows [at least {@link #maxRowsPerMicroShard()}], overwritten from 0
   * @return how many, 0 if the micro-shard has no slot in this step
   */
  public int localRows(long epoch, long stepInEpoch, int microShard, int[] localRows) {
    if (stepInEpoch < 0 || stepInEpoch >= stepsPerEpoch()) {
      throw new IllegalArgumentException(
          "step " + stepInEpoch + " of an epoch of " + stepsPerEpoch());
    }
    long first = slotsBelow(firstSlot(stepInEpoch), microShard);
    int count = (int) (slotsBelow(lastSlot(stepInEpoch), microShard) - first);
    int size = microShardRows(microShard);
    if (window < size) {
      for (int i = 0; i < count; i++) {
        localRows[i] = inWindows(epoch, microShard, size, (int) first + i);
      }
      return count;
    }
    long key = CounterRng.key(seed, Purpose.SHUFFLE, epoch, microShard, 0);
    int bits = bits(size);
    for (int i = 0; i < count; i++) {
      localRows[i] = permute(key, bits, size, (int) first + i);
    }
    return count;
  }

  /** The row in a slot where rows are shuffled window by window. */
  private int inWindows(long epoch, int microShard, int size, int slot) {
    int windows = size / window;
    int turn = slot / window;
    int place = slot % window;
    int length = turn < windows ? window : size - windows * window;
    long key = CounterRng.key(seed, Purpose.SHUFFLE, epoch, microShard, turn + 2L);
    int inside = permute(key, bits(length), length, place);
    long order = CounterRng.key(seed, Purpose.SHUFFLE, epoch, microShard, 1);
    int stretch = turn < windows ? permute(order, bits(windows), windows, turn) : turn;
    long start = (long) (CounterRng.uniformDouble(order, 0) * size);
    return (int) ((start + (long) stretch * window + inside) % size);
  }

  private static int bits(int size) {
    return Math.max(2, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, size - 1)));
  }

  /** A permutation of [0, size). */
  private static int permute(long key, int bits, int size, int x) {
    int y = permuteOnce(key, bits, x);
    while (y >= size) {
      y = permuteOnce(key, bits, y);
    }
    return y;
  }

  private long firstSlot(long stepInEpoch) {
    return stepInEpoch * batchSize;
  }

  private long lastSlot(long stepInEpoch) {
    return Math.min(firstSlot(stepInEpoch) + batchSize, rows);
  }

  /** How many of the slots [0, end) belong to the micro-shard. */
  private long slotsBelow(long end, int microShard) {
    return end <= microShard ? 0 : ceilDiv(end - microShard, microShards);
  }

  /** A bijection of [0, 2^bits): each round changes one part by a keyed function of the other. */
  private static int permuteOnce(long key, int bits, int x) {
    int lowBits = bits / 2;
    int lowMask = (1 << lowBits) - 1;
    int highMask = (1 << (bits - lowBits)) - 1;
    int low = x & lowMask;
    int high = x >>> lowBits;
    for (int round = 0; round < FEISTEL_ROUNDS; round += 2) {
      low ^= CounterRng.bits(key + round * ROUND_KEY, high) & lowMask;
      high ^= CounterRng.bits(key + (round + 1) * ROUND_KEY, low) & highMask;
    }
    return (high << lowBits) | low;
  }

  private static long ceilDiv(long a, long b) {
    return -Math.floorDiv(-a, b);
  }
}
