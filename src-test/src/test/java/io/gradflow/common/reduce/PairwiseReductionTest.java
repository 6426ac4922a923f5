package io.gradflow.common.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.parallel.BlockTeam;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairwiseReductionTest {
  private static final int WIDTH = 5;

  @TestFactory
  Stream<DynamicTest> drain_anyGroupingAndOrder_sameBits() {
    return IntStream.range(0, 200)
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> anyGrouping(seed)));
  }

  private static void anyGrouping(int seed) {
    Random random = new Random(seed);
    int microShards = 1 + random.nextInt(40);
    boolean[] empty = new boolean[microShards];
    for (int m = 0; m < microShards; m++) {
      empty[m] = random.nextInt(5) == 0;
    }
    MicroShardTree tree = new MicroShardTree(microShards);
    List<SubtreeSum> parts = new ArrayList<>();
    Set<Integer> cuts = new TreeSet<>(Set.of(0, microShards));
    for (int i = random.nextInt(microShards); i > 0; i--) {
      cuts.add(random.nextInt(microShards));
    }
    List<Integer> bounds = List.copyOf(cuts);
    for (int i = 0; i + 1 < bounds.size(); i++) {
      List<Integer> leaves =
          new ArrayList<>(IntStream.range(bounds.get(i), bounds.get(i + 1)).boxed().toList());
      Collections.shuffle(leaves, random);
      PairwiseReduction task = new PairwiseReduction(tree, spent -> {});
      leaves.forEach(m -> task.add(leaf(tree, seed, m, empty[m])));
      parts.addAll(task.drain());
    }
    Collections.shuffle(parts, random);
    PairwiseReduction driver = new PairwiseReduction(tree, spent -> {});
    parts.forEach(part -> addFromAnywhere(driver, part, random));
    assertTrue(driver.isComplete());
    SubtreeSum sum = driver.drain().get(0);

    float[] gradient = new float[WIDTH];
    double[] metrics = new double[1];
    double[] loss = new double[1];
    long rows = pairwise(tree, seed, empty, gradient, metrics, loss);
    assertEquals(rows, sum.rows());
    if (rows > 0) {
      assertArrayEquals(gradient, sum.gradientSum(), 0);
      assertArrayEquals(metrics, sum.metricSums(), 0);
      assertEquals(loss[0], sum.lossSum(), 0);
    }
  }

  private static void addFromAnywhere(PairwiseReduction reduction, SubtreeSum sum, Random random) {
    if (sum.rows() == 0 || random.nextBoolean()) {
      reduction.add(sum);
      return;
    }
    Elsewhere gradient = new Elsewhere(sum.gradientSum());
    reduction.add(sum.withGradient(new float[0]), gradient);
    assertEquals(1, gradient.uses);
  }

  /** A gradient that is not in its sum. */
  private static final class Elsewhere implements GradientSource {
    private final float[] gradient;
    private int uses;

    Elsewhere(float[] gradient) {
      this.gradient = gradient;
    }

    @Override
    public float[] take() {
      uses++;
      return gradient.clone();
    }

    @Override
    public void addTo(float[] gradientSum) {
      uses++;
      for (int i = 0; i < gradient.length; i++) {
        gradientSum[i] += gradient[i];
      }
    }
  }

  /** The oracle: level by level over whole arrays, an odd last one carried up. */
  private static long pairwise(
      MicroShardTree tree,
      int seed,
      boolean[] empty,
      float[] gradient,
      double[] metrics,
      double[] loss) {
    List<SubtreeSum> level = new ArrayList<>();
    for (int m = 0; m < empty.length; m++) {
      level.add(leaf(tree, seed, m, empty[m]));
    }
    while (level.size() > 1) {
      List<SubtreeSum> above = new ArrayList<>();
      for (int i = 0; i < level.size(); i += 2) {
        if (i + 1 == level.size() || level.get(i + 1).rows() == 0) {
          above.add(level.get(i));
        } else if (level.get(i).rows() == 0) {
          above.add(level.get(i + 1));
        } else {
          SubtreeSum a = level.get(i);
          SubtreeSum b = level.get(i + 1);
          float[] g = new float[WIDTH];
          for (int j = 0; j < WIDTH; j++) {
            g[j] = a.gradientSum()[j] + b.gradientSum()[j];
          }
          double[] s = {a.metricSums()[0] + b.metricSums()[0]};
          above.add(new SubtreeSum(0, 0, a.rows() + b.rows(), a.lossSum() + b.lossSum(), 1, g, s));
        }
      }
      level = above;
    }
    System.arraycopy(level.get(0).gradientSum(), 0, gradient, 0, WIDTH);
    metrics[0] = level.get(0).metricSums()[0];
    loss[0] = level.get(0).lossSum();
    return level.get(0).rows();
  }

  @Test
  void add_hugeValuesInPairs_isNotTheSameAsOneAfterTheOther() {
    // Guards the property test: with these values the order of additions shows.
    float left = (1e8f + 1f) + (-1e8f + 1f);
    float chain = ((1e8f + 1f) + -1e8f) + 1f;
    assertTrue(left != chain);
    MicroShardTree tree = new MicroShardTree(4);
    PairwiseReduction reduction = new PairwiseReduction(tree, spent -> {});
    float[] values = {1e8f, 1f, -1e8f, 1f};
    for (int m = 3; m >= 0; m--) {
      reduction.add(new SubtreeSum(0, m, 1, 0, 1, new float[] {values[m]}, new double[0]));
    }
    assertEquals(left, reduction.drain().get(0).gradientSum()[0]);
  }

  @Test
  void add_manyBlocksWithHelp_hasTheBitsOfOneThread() {
    MicroShardTree tree = new MicroShardTree(3);
    ExecutorService helpers = Executors.newFixedThreadPool(2);
    try {
      float[][] sums = new float[2][];
      for (int helped = 0; helped < 2; helped++) {
        BlockTeam team = helped == 1 ? new BlockTeam(3, helpers) : BlockTeam.alone();
        PairwiseReduction reduction = new PairwiseReduction(tree, spent -> {}, team);
        Random random = new Random(5);
        for (int m = 0; m < 3; m++) {
          float[] gradient = new float[3 * BlockTeam.BLOCK_FLOATS + 5];
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) random.nextGaussian();
          }
          int level = tree.level(m, m + 1);
          reduction.add(new SubtreeSum(level, m >> level, 1, 0, 1, gradient, new double[] {m}));
        }
        sums[helped] = reduction.drain().get(0).gradientSum();
      }
      assertArrayEquals(sums[0], sums[1]);
    } finally {
      helpers.shutdown();
    }
  }

  @Test
  void add_siblings_handsBackTheRightOne() {
    List<SubtreeSum> spent = new ArrayList<>();
    PairwiseReduction reduction = new PairwiseReduction(new MicroShardTree(2), spent::add);
    SubtreeSum left = leaf(new MicroShardTree(2), 1, 0, false);
    SubtreeSum right = leaf(new MicroShardTree(2), 1, 1, false);
    reduction.add(right);
    assertFalse(reduction.isComplete());
    reduction.add(left);
    assertEquals(List.of(right), spent);
    assertSame(left.gradientSum(), reduction.drain().get(0).gradientSum());
    assertEquals(List.of(), reduction.drain());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void add_gradientElsewhere_isAddedToTheSiblingsArray(int second) {
    MicroShardTree tree = new MicroShardTree(2);
    List<SubtreeSum> spent = new ArrayList<>();
    PairwiseReduction reduction = new PairwiseReduction(tree, spent::add);
    SubtreeSum first = leaf(tree, 1, 1 - second, false);
    SubtreeSum bare = leaf(tree, 1, second, false).withGradient(new float[0]);
    reduction.add(first);
    reduction.add(bare, new Elsewhere(leaf(tree, 1, second, false).gradientSum()));
    assertSame(first.gradientSum(), reduction.drain().get(0).gradientSum());
    // The left one's metrics are in the sum, so the right one's array is free.
    SubtreeSum right = second == 1 ? bare : first;
    assertEquals(0, spent.get(0).gradientSum().length);
    assertSame(right.metricSums(), spent.get(0).metricSums());
    assertEquals(1, spent.size());
  }

  @Test
  void add_twice_throwsAndKeepsTheFirst() {
    MicroShardTree tree = new MicroShardTree(3);
    PairwiseReduction reduction = new PairwiseReduction(tree, spent -> {});
    reduction.add(leaf(tree, 1, 0, false));
    reduction.add(leaf(tree, 1, 1, false));
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> reduction.add(leaf(tree, 1, 1, false)));
    assertEquals("micro-shard 1 is added a second time", error.getMessage());
    assertEquals(2, reduction.microShards());
  }

  @Test
  void add_nodesThatAreNot_throws() {
    PairwiseReduction reduction = new PairwiseReduction(new MicroShardTree(3), spent -> {});
    Set<String> messages = new HashSet<>();
    for (int[] node : new int[][] {{0, 3}, {3, 0}, {0, 2}}) {
      SubtreeSum sum = new SubtreeSum(node[0], node[1], 1, 0, 1, new float[WIDTH], new double[1]);
      messages.add(
          assertThrows(IllegalArgumentException.class, () -> reduction.add(sum)).getMessage());
    }
    assertEquals(3, messages.size());
    assertEquals(0, reduction.microShards());
  }

  /** A leaf whose values are a function of seed and micro-shard, of very different magnitudes. */
  private static SubtreeSum leaf(MicroShardTree tree, int seed, int m, boolean empty) {
    Random random = new Random(seed * 1000L + m);
    float[] gradient = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      gradient[i] = (float) Math.scalb(random.nextDouble() - 0.5, random.nextInt(30));
    }
    double loss = Math.scalb(random.nextDouble(), random.nextInt(60));
    int level = tree.level(m, m + 1);
    return new SubtreeSum(
        level, m >> level, empty ? 0 : 1, loss, 1, gradient, new double[] {loss * 3});
  }
}
