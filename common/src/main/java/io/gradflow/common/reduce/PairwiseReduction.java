package io.gradflow.common.reduce;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.parallel.BlockTeam;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Adds up sums of subtrees in the order that the {@link MicroShardTree} fixes, whatever the order
 * of their arrival: one whose sibling is missing waits for it. A sum over no rows is the identity:
 * its sibling is passed on untouched.
 *
 * <p>What is added is owned by the reduction: the right sibling is added into the arrays of the
 * left one, and handed back as spent. Owned by one thread; used for one step after the other.
 */
public final class PairwiseReduction {
  private final MicroShardTree tree;
  private final Consumer<SubtreeSum> spent;
  private final SubtreeSum[][] waiting;
  private final BitSet seen;
  private final BlockTeam team;

  /** As {@link #PairwiseReduction(MicroShardTree, Consumer, BlockTeam)}, on one thread. */
  public PairwiseReduction(MicroShardTree tree, Consumer<SubtreeSum> spent) {
    this(tree, spent, BlockTeam.alone());
  }

  /**
   * @param spent takes sums whose arrays are free again
   * @param team adds gradients up; no bit depends on its size
   */
  public PairwiseReduction(MicroShardTree tree, Consumer<SubtreeSum> spent, BlockTeam team) {
    this.tree = tree;
    this.spent = spent;
    this.team = team;
    this.waiting = new SubtreeSum[tree.rootLevel() + 1][];
    for (int level = 0; level < waiting.length; level++) {
      waiting[level] = new SubtreeSum[tree.width(level)];
    }
    this.seen = new BitSet(tree.microShards());
  }

  /**
   * Takes a sum and adds it to its sibling, their parent to its own, and so on.
   *
   * @throws IllegalArgumentException if there is no such node, the node goes by a higher name, or a
   *     micro-shard under it was added before; the reduction is then as it was
   */
  public void add(SubtreeSum sum) {
    int from = checked(sum);
    seen.set(from, tree.to(sum.level(), sum.index()));
    carry(sum);
  }

  /**
   * As {@link #add(SubtreeSum)} of a sum that has rows and whose gradient is elsewhere: added to
   * its sibling's from there, or taken if it has to wait for that. If either fails, what the
   * reduction holds is worthless.
   *
   * @param sum without its gradient
   */
  public void add(SubtreeSum sum, GradientSource gradient) {
    int from = checked(sum);
    seen.set(from, tree.to(sum.level(), sum.index()));
    int level = sum.level();
    SubtreeSum sibling = level < tree.rootLevel() ? waiting[level][sum.index() ^ 1] : null;
    if (sibling == null || sibling.rows() == 0) {
      carry(sum.withGradient(gradient.take()));
      return;
    }
    // x + y is y + x, bit for bit; but for NaNs, and those end the step.
    gradient.addTo(sibling.gradientSum());
    waiting[level][sibling.index()] = null;
    boolean isLeft = (sum.index() & 1) == 0;
    SubtreeSum left = isLeft ? sum : sibling;
    SubtreeSum right = isLeft ? sibling : sum;
    SubtreeSum parent = added(left, right, sibling.gradientSum());
    spent.accept(right.withGradient(sum.gradientSum()));
    carry(parent);
  }

  private void carry(SubtreeSum sum) {
    SubtreeSum node = sum;
    while (node.level() < tree.rootLevel()) {
      int level = node.level();
      SubtreeSum sibling = waiting[level][node.index() ^ 1];
      if (sibling == null) {
        break;
      }
      waiting[level][sibling.index()] = null;
      boolean left = (node.index() & 1) == 0;
      node = left ? parent(node, sibling) : parent(sibling, node);
    }
    waiting[node.level()][node.index()] = node;
  }

  /** Whether the sum over all micro-shards is there. */
  public boolean isComplete() {
    return waiting[tree.rootLevel()][0] != null;
  }

  /** Micro-shards added so far. */
  public int microShards() {
    return seen.cardinality();
  }

  /**
   * Takes what is there out, in ascending order of micro-shards, and is ready for the next step.
   */
  public List<SubtreeSum> drain() {
    List<SubtreeSum> sums = new ArrayList<>();
    for (int at = seen.nextSetBit(0); at >= 0; ) {
      SubtreeSum sum = waitingAt(at);
      sums.add(sum);
      waiting[sum.level()][sum.index()] = null;
      at = seen.nextSetBit(tree.to(sum.level(), sum.index()));
    }
    seen.clear();
    return sums;
  }

  private SubtreeSum waitingAt(int microShard) {
    for (int level = 0; level < waiting.length; level++) {
      int index = microShard >> level;
      if (waiting[level][index] != null && tree.from(level, index) == microShard) {
        return waiting[level][index];
      }
    }
    throw new IllegalStateException("no sum starts at micro-shard " + microShard);
  }

  private int checked(SubtreeSum sum) {
    int level = sum.level();
    int index = sum.index();
    if (level > tree.rootLevel() || index >= tree.width(level)) {
      throw new IllegalArgumentException(
          "sum of node (" + level + ", " + index + ") of a " + tree + "; there is no such node");
    }
    int from = tree.from(level, index);
    int to = tree.to(level, index);
    if (tree.level(from, to) != level) {
      throw new IllegalArgumentException(
          "sum of node ("
              + level
              + ", "
              + index
              + ") of a "
              + tree
              + "; expected it at level "
              + tree.level(from, to)
              + ", where it is carried to");
    }
    int again = seen.nextSetBit(from);
    if (again >= 0 && again < to) {
      throw new IllegalArgumentException("micro-shard " + again + " is added a second time");
    }
    return from;
  }

  private SubtreeSum parent(SubtreeSum left, SubtreeSum right) {
    if (right.rows() == 0) {
      spent.accept(right);
      return asParent(left, right, left);
    }
    if (left.rows() == 0) {
      spent.accept(left);
      return asParent(left, right, right);
    }
    addInPlace(left.gradientSum(), right.gradientSum());
    SubtreeSum sum = added(left, right, left.gradientSum());
    spent.accept(right);
    return sum;
  }

  /** All sums of both but the gradient's; metrics in the left one's array. */
  private SubtreeSum added(SubtreeSum left, SubtreeSum right, float[] gradientSum) {
    addInPlace(left.metricSums(), right.metricSums());
    return asParent(
        left,
        right,
        new SubtreeSum(
            left.level(),
            left.index(),
            left.rows() + right.rows(),
            left.lossSum() + right.lossSum(),
            left.weightSum() + right.weightSum(),
            gradientSum,
            left.metricSums()));
  }

  /** A sum under the name of the node that two siblings have for parent. */
  private SubtreeSum asParent(SubtreeSum left, SubtreeSum right, SubtreeSum sum) {
    int from = tree.from(left.level(), left.index());
    int level = tree.level(from, tree.to(right.level(), right.index()));
    return sum.at(level, from >> level);
  }

  private void addInPlace(float[] to, float[] from) {
    checkLength(to.length, from.length);
    team.overFloats(
        to.length, (start, count) -> ArrayKernels.addInPlace(count, to, start, from, start));
  }

  private static void addInPlace(double[] sum, double[] addend) {
    checkLength(sum.length, addend.length);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += addend[i];
    }
  }

  private static void checkLength(int expected, int received) {
    if (expected != received) {
      throw new IllegalArgumentException(
          "a sum of " + received + " elements is added to one of " + expected);
    }
  }
}
