package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPlanTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void epoch_anySizes_seesEveryRowOnceInPartsThatDifferByOne(long seed) {
    Random random = new Random(seed);
    int rows = random.nextInt(300);
    int batch = 1 + random.nextInt(400);
    int microShards = 1 + random.nextInt(40);
    BatchPlan plan = new BatchPlan(seed, rows, batch, microShards);
    String sizes = "seed %d: %d rows, batch %d, M %d".formatted(seed, rows, batch, microShards);
    int[] local = new int[plan.maxRowsPerMicroShard()];
    for (long epoch : new long[] {0, 1, 1_000_000_007L}) {
      BitSet seen = new BitSet();
      for (int step = 0; step < plan.stepsPerEpoch(); step++) {
        int smallest = Integer.MAX_VALUE;
        int largest = 0;
        int total = 0;
        for (int m = 0; m < microShards; m++) {
          int count = plan.localRows(epoch, step, m, local);
          smallest = Math.min(smallest, count);
          largest = Math.max(largest, count);
          total += count;
          for (int i = 0; i < count; i++) {
            int rank = local[i] * microShards + m;
            assertTrue(rank < rows && !seen.get(rank), sizes + ": rank " + rank);
            seen.set(rank);
          }
        }
        assertTrue(largest - smallest <= 1, sizes);
        assertEquals(plan.stepRows(step), total, sizes);
        boolean last = step == plan.stepsPerEpoch() - 1;
        assertTrue(last ? total >= 1 && total <= batch : total == batch, sizes);
      }
      assertEquals(rows, seen.cardinality(), sizes);
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 7", "100, 10", "101, 10", "9, 3", "1000, 1", "50, 49"})
  void localRows_shuffleWindow_everyRowOnceAndOneStretchAtATime(int rows, int window) {
    BatchPlan plan = new BatchPlan(7, rows, rows, 1, Optional.of(window));
    int[] first = new int[rows];
    int[] second = new int[rows];
    assertEquals(rows, plan.localRows(0, 0, 0, first));
    plan.localRows(1, 0, 0, second);
    assertFalse(Arrays.equals(first, second));
    assertEquals(rows, Arrays.stream(first).distinct().count());
    for (int from = 0; from + window <= rows; from += window) {
      int[] stretch = Arrays.copyOfRange(first, from, from + window);
      // Neighbours on the circle of rows: some turn of it makes them one stretch.
      boolean neighbours =
          IntStream.range(0, rows)
              .anyMatch(
                  turn ->
                      Arrays.stream(stretch).allMatch(row -> (row - turn + rows) % rows < window));
      assertTrue(neighbours, Arrays.toString(stretch));
    }
  }

  @Test
  void localRows_windowThatHoldsAll_isNoWindow() {
    assertTrue(
        Arrays.equals(
            epochOf(new BatchPlan(7, 999, 64, 4), 3, 2),
            epochOf(new BatchPlan(7, 999, 64, 4, Optional.of(250)), 3, 2)));
  }

  @Test
  void localRows_epochMicroShardOrSeedChanges_orderChanges() {
    int[] first = epochOf(new BatchPlan(7, 1000, 100, 2), 0, 0);
    assertFalse(Arrays.equals(first, epochOf(new BatchPlan(7, 1000, 100, 2), 1, 0)));
    assertFalse(Arrays.equals(first, epochOf(new BatchPlan(7, 1000, 100, 2), 0, 1)));
    assertFalse(Arrays.equals(first, epochOf(new BatchPlan(8, 1000, 100, 2), 0, 0)));
    assertTrue(Arrays.equals(first, epochOf(new BatchPlan(7, 1000, 100, 2), 0, 0)));
  }

  /** The batch size cuts one and the same sequence: it does not change the order. */
  @Test
  void localRows_anotherBatchSize_sameSequence() {
    assertTrue(
        Arrays.equals(
            epochOf(new BatchPlan(7, 999, 64, 4), 3, 2),
            epochOf(new BatchPlan(7, 999, 4000, 4), 3, 2)));
  }

  /**
   * Each row should land in each tenth of the sequence equally often. 2,000 epochs, 100 cells of
   * expectation 200: chi-square with 81 degrees of freedom exceeds 150 once in 200,000.
   */
  @Test
  void localRows_manyEpochs_everyPlaceEquallyLikely() {
    BatchPlan plan = new BatchPlan(11, 10, 10, 1);
    int[][] cells = new int[10][10];
    int[] local = new int[10];
    for (int epoch = 0; epoch < 2000; epoch++) {
      plan.localRows(epoch, 0, 0, local);
      for (int place = 0; place < 10; place++) {
        cells[local[place]][place]++;
      }
    }
    double chiSquare = 0;
    for (int[] row : cells) {
      for (int cell : row) {
        chiSquare += (cell - 200.0) * (cell - 200.0) / 200;
      }
    }
    assertTrue(chiSquare < 150, "chi-square " + chiSquare);
  }

  /** Pinned: a change would change the bits of every training run. */
  @Test
  void localRows_pinnedSequence() {
    int[] local = new int[5];
    assertEquals(5, new BatchPlan(42, 21, 10, 2).localRows(3, 1, 1, local));
    assertEquals("[2, 9, 6, 0, 4]", Arrays.toString(local));
  }

  @Test
  void localRows_largeMicroShard_staysInside() {
    BatchPlan plan = new BatchPlan(1, 3L * Integer.MAX_VALUE, 1 << 20, 3);
    int[] local = new int[plan.maxRowsPerMicroShard()];
    int count = plan.localRows(9, plan.stepsPerEpoch() - 1, 2, local);
    for (int i = 0; i < count; i++) {
      assertTrue(local[i] >= 0 && local[i] < Integer.MAX_VALUE);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,2", "64,2", "256,2", "511,2", "512,4", "1024,8", "1000,4", "65536,512"})
  void defaultMicroShards_batch_leaves128RowsEach(int batch, int expected) {
    assertEquals(expected, BatchPlan.defaultMicroShards(batch));
  }

  @Test
  void constructor_sizesOutOfRange_saysSo() {
    assertThrows(IllegalArgumentException.class, () -> new BatchPlan(0, -1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new BatchPlan(0, 1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new BatchPlan(0, 1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new BatchPlan(0, 1L << 40, 1 << 20, 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BatchPlan(0, 10, 5, 1).localRows(0, 2, 0, new int[5]));
  }

  private static int[] epochOf(BatchPlan plan, long epoch, int microShard) {
    int[] all = new int[plan.microShardRows(microShard)];
    int[] local = new int[plan.maxRowsPerMicroShard()];
    int at = 0;
    for (int step = 0; step < plan.stepsPerEpoch(); step++) {
      int count = plan.localRows(epoch, step, microShard, local);
      System.arraycopy(local, 0, all, at, count);
      at += count;
    }
    return all;
  }
}
