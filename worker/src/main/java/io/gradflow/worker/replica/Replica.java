package io.gradflow.worker.replica;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.common.metric.MetricSet;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.Pass;
import io.gradflow.common.nn.WeightPacks;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.common.reduce.SumArrays;

/**
 * One network bound to its workspace, and the minibatch that feeds it. Used by one thread at a
 * time; computing a micro-shard allocates nothing but its small message.
 */
final class Replica {
  // Evaluation runs over all rows of a split: batches smaller than this waste time on fixed costs.
  private static final int MIN_ROWS = 64;
  private static final float[] NO_FLOATS = {};
  private static final double[] NO_DOUBLES = {};

  private final BatchPlan plan;
  private final MicroShardTree tree;
  private final long seed;
  private final Network network;
  private final MetricSet metrics;
  private final int metricSteps;
  private final MiniBatch batch;
  private final Pass pass = new Pass();
  private final LossSums sums = new LossSums();
  private final int[] rows;

  /** The rows of one pass, of those of a micro-shard. */
  private final int[] chunk;

  Replica(RunSpec spec, BatchPlan plan, MicroShardTree tree, WeightPacks packs) {
    this.plan = plan;
    this.tree = tree;
    this.seed = spec.seed();
    int maxRows = RowsAtOnce.of(spec, Math.max(plan.maxRowsPerMicroShard(), MIN_ROWS), maxFloats());
    this.network = spec.network().bind(spec.schema(), spec.losses(), maxRows, packs);
    this.metrics = spec.metricSet();
    this.metricSteps = spec.outputSteps().count();
    this.batch = new MiniBatch(spec.schema(), maxRows);
    this.rows = new int[plan.maxRowsPerMicroShard()];
    this.chunk = new int[maxRows];
  }

  /** Floats of workspace that a replica may take: its share of half the heap. */
  private static long maxFloats() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() / 2 / runtime.availableProcessors() / Float.BYTES;
  }

  /**
   * The sums of one micro-shard's rows of a step.
   *
   * @param arrays where a gradient and metric sums are taken from, if there are rows
   */
  SubtreeSum gradient(
      StepId id, Weights weights, int microShard, PackedShard shard, SumArrays arrays) {
    int count = plan.localRows(id.epoch(), id.stepInEpoch(), microShard, rows);
    if (count == 0) {
      return empty(microShard);
    }
    float[] gradient = arrays.takeGradient();
    double[] metricSums = arrays.takeMetrics();
    sums.reset();
    pass.arrays(weights.values(), weights.version(), gradient);
    pass.streams(seed, id.step(), microShard);
    for (int from = 0; from < count; from += batch.maxRows()) {
      int now = Math.min(batch.maxRows(), count - from);
      System.arraycopy(rows, from, chunk, 0, now);
      shard.read(chunk, now, batch);
      pass.rows(now, from, true);
      network.gradient(pass, batch, sums);
      addMetrics(now, metricSums);
    }
    return leaf(microShard, count, sums.lossSum(), sums.weightSum(), gradient, metricSums);
  }

  /** Loss and metric sums over all rows of one micro-shard, in ascending order of rows. */
  SubtreeSum evaluate(Weights weights, int microShard, PackedShard shard, SumArrays arrays) {
    int total = shard.rows();
    if (total == 0) {
      return empty(microShard);
    }
    double[] metricSums = arrays.takeMetrics();
    sums.reset();
    pass.arrays(weights.values(), weights.version(), null);
    pass.streams(seed, 0, microShard);
    for (int from = 0; from < total; from += batch.maxRows()) {
      int count = Math.min(batch.maxRows(), total - from);
      shard.read(from, count, batch);
      pass.rows(count, from, false);
      network.loss(pass, batch, sums);
      addMetrics(count, metricSums);
    }
    return leaf(microShard, total, sums.lossSum(), sums.weightSum(), NO_FLOATS, metricSums);
  }

  private void addMetrics(int count, double[] metricSums) {
    Buffer output = network.output(0);
    Buffer weights = network.stepWeights(0);
    metrics.accumulate(
        count * metricSteps,
        output.array(),
        output.offset(),
        batch.target(0),
        0,
        weights.array(),
        weights.offset(),
        metricSums,
        0);
  }

  private SubtreeSum empty(int microShard) {
    return leaf(microShard, 0, 0, 0, NO_FLOATS, NO_DOUBLES);
  }

  private SubtreeSum leaf(
      int microShard,
      long count,
      double lossSum,
      double weightSum,
      float[] gradient,
      double[] metricSums) {
    int level = tree.level(microShard, microShard + 1);
    return new SubtreeSum(
        level, microShard >> level, count, lossSum, weightSum, gradient, metricSums);
  }
}
