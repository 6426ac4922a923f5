package io.gradflow.driver.reduce;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.common.reduce.PairwiseReduction;
import java.util.function.Consumer;

/**
 * The sum of one step, folded from what tasks send, as it arrives. Rejects what does not belong to
 * the step, naming it. Safe for several threads; used for one step after the other.
 */
public final class StepReduction {
  private final MicroShardTree tree;
  private final int parameters;
  private final int metricCount;
  private final Consumer<SubtreeSum> spent;
  private final PairwiseReduction reduction;
  private long version;
  private int gradientSize;
  private long lastNanos;

  /**
   * @param parameters floats of a gradient
   * @param metricCount doubles of metric sums
   * @param spent takes sums whose arrays are free again
   * @param team adds gradients up
   */
  public StepReduction(
      int microShards,
      int parameters,
      int metricCount,
      Consumer<SubtreeSum> spent,
      BlockTeam team) {
    this.tree = new MicroShardTree(microShards);
    this.parameters = parameters;
    this.metricCount = metricCount;
    this.spent = spent;
    this.reduction = new PairwiseReduction(tree, spent, team);
  }

  /**
   * Forgets what is there and expects sums computed with these weights.
   *
   * @param gradients whether sums carry gradients
   */
  public synchronized void begin(long weightsVersion, boolean gradients) {
    reduction.drain().forEach(spent);
    version = weightsVersion;
    gradientSize = gradients ? parameters : 0;
  }

  /**
   * Folds one task's sums in; owns their arrays from then on.
   *
   * @throws GradflowException if they are of another step, empty, incomplete, of a wrong size, or
   *     overlap with what came before; nothing has been added then
   */
  public synchronized void add(StepSums sums) {
    long start = System.nanoTime();
    check(sums);
    for (SubtreeSum sum : sums.subtrees()) {
      try {
        reduction.add(sum);
      } catch (IllegalArgumentException e) {
        throw rejected(sums, e.getMessage());
      }
    }
    lastNanos = System.nanoTime() - start;
  }

  public synchronized boolean isComplete() {
    return reduction.isComplete();
  }

  /** What the last addition took: the part that no task's computing can have hidden. */
  public synchronized long lastNanos() {
    return lastNanos;
  }

  /**
   * Takes the sum over all micro-shards out.
   *
   * @throws GradflowException if some have not arrived
   */
  public synchronized SubtreeSum take() {
    if (!reduction.isComplete()) {
      throw new GradflowException(
          ExitCode.INTERNAL,
          "sums with weights "
              + version
              + ": "
              + reduction.microShards()
              + " of "
              + tree.microShards()
              + " micro-shards have arrived; expected all");
    }
    return reduction.drain().get(0);
  }

  /** Takes back what {@link #take} returned. */
  public void spent(SubtreeSum sum) {
    spent.accept(sum);
  }

  private void check(StepSums sums) {
    if (sums.version() != version) {
      throw rejected(sums, "expected sums computed with weights " + version);
    }
    int at = sums.from();
    for (SubtreeSum sum : sums.subtrees()) {
      boolean known = sum.level() <= tree.rootLevel() && sum.index() < tree.width(sum.level());
      if (!known || tree.from(sum.level(), sum.index()) != at) {
        throw rejected(
            sums,
            "node (" + sum.level() + ", " + sum.index() + ") where micro-shard " + at + " follows");
      }
      if (sum.rows() > 0
          && (sum.gradientSum().length != gradientSize || sum.metricSums().length != metricCount)) {
        throw rejected(
            sums,
            sum.gradientSum().length
                + " gradient and "
                + sum.metricSums().length
                + " metric sums; expected "
                + gradientSize
                + " and "
                + metricCount);
      }
      at = tree.to(sum.level(), sum.index());
    }
    if (at != sums.to() || sums.from() == sums.to()) {
      throw rejected(sums, "it ends before micro-shard " + at);
    }
  }

  private static GradflowException rejected(StepSums sums, String why) {
    return new GradflowException(
        ExitCode.INTERNAL,
        "sums of micro-shards ["
            + sums.from()
            + ", "
            + sums.to()
            + ") computed with weights "
            + sums.version()
            + " are rejected: "
            + why);
  }
}
