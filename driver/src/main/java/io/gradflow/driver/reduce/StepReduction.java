package io.gradflow.driver.reduce;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.reduce.GradientSource;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.common.reduce.PairwiseReduction;
import java.util.Iterator;
import java.util.List;
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

  /** As {@link #add(StepSums, List)}, with the gradients in the sums. */
  public void add(StepSums sums) {
    add(sums, List.of());
  }

  /**
   * Folds one task's sums in; owns their arrays from then on.
   *
   * @param elsewhere the gradients of all subtrees that have rows, in order; empty if they are in
   *     the sums. If one of them fails, what is here is worthless
   * @throws GradflowException if they are of another step, empty, incomplete, of a wrong size, or
   *     overlap with what came before; nothing has been added then
   */
  public synchronized void add(StepSums sums, List<GradientSource> elsewhere) {
    long start = System.nanoTime();
    check(sums, elsewhere.size());
    Iterator<GradientSource> gradients = elsewhere.iterator();
    for (SubtreeSum sum : sums.subtrees()) {
      try {
        if (sum.rows() > 0 && gradients.hasNext()) {
          reduction.add(sum, gradients.next());
        } else {
          reduction.add(sum);
        }
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

  private void check(StepSums sums, int elsewhere) {
    int there = elsewhere > 0 ? 0 : gradientSize;
    int withRows = 0;
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
      withRows += sum.rows() > 0 ? 1 : 0;
      if (sum.rows() > 0
          && (sum.gradientSum().length != there || sum.metricSums().length != metricCount)) {
        throw rejected(
            sums,
            sum.gradientSum().length
                + " gradient and "
                + sum.metricSums().length
                + " metric sums; expected "
                + there
                + " and "
                + metricCount);
      }
      at = tree.to(sum.level(), sum.index());
    }
    if (at != sums.to() || sums.from() == sums.to()) {
      throw rejected(sums, "it ends before micro-shard " + at);
    }
    if (elsewhere > 0 && elsewhere != withRows) {
      throw rejected(sums, elsewhere + " gradients for " + withRows + " subtrees with rows");
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
