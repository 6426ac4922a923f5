package io.gradflow.worker.replica;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.augment.Augmentation;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.common.metric.MetricSet;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.Pass;
import io.gradflow.common.nn.WeightPacks;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.common.reduce.SumArrays;
import io.gradflow.worker.replica.Assembly.Part;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * One network bound to its workspace, and the minibatches that feed it. Used by one thread at a
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

  /** Per output: its steps as metrics read them, and the index of its target. */
  private final int[] metricSteps;

  private final int[] targets;
  private final int maxRows;
  private final ReadAhead data;
  private final Pass pass = new Pass();
  private final LossSums sums;

  /**
   * @param helper assembles minibatches ahead
   * @param idleCore whether a core is idle while this replica computes
   */
  Replica(
      RunSpec spec,
      BatchPlan plan,
      MicroShardTree tree,
      WeightPacks packs,
      Executor helper,
      BooleanSupplier idleCore,
      ReadAhead.When readAhead) {
    this.plan = plan;
    this.tree = tree;
    this.seed = spec.seed();
    this.maxRows =
        RowsAtOnce.of(spec, Math.max(plan.maxRowsPerMicroShard(), MIN_ROWS), maxFloats());
    this.network = spec.network().bind(spec.schema(), spec.objectives(), maxRows, packs);
    this.metrics = spec.metricSet();
    this.metricSteps = spec.outputSteps().stream().mapToInt(OutputSteps::count).toArray();
    this.targets = IntStream.range(0, metricSteps.length).map(spec::targetIndex).toArray();
    this.sums = new LossSums(metrics.outputLosses());
    this.data =
        new ReadAhead(
            assembly(spec, plan, maxRows),
            assembly(spec, plan, maxRows),
            helper,
            idleCore,
            readAhead);
  }

  private static Assembly assembly(RunSpec spec, BatchPlan plan, int maxRows) {
    return new Assembly(
        plan,
        new Augmentation(spec.augment(), spec.schema(), spec.seed()),
        new MiniBatch(spec.schema(), maxRows));
  }

  /** Nanoseconds that computing gradients has waited for minibatches so far. */
  long dataNanos() {
    return data.waitedNanos();
  }

  /** Nanoseconds between minibatches so far, all but waiting for them. */
  long computeNanos() {
    return data.computedNanos();
  }

  /** Floats of workspace that a replica may take: its share of half the heap. */
  private static long maxFloats() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() / 2 / runtime.availableProcessors() / Float.BYTES;
  }

  /**
   * The sums of one micro-shard's rows of a step.
   *
   * @param shards the rows of each micro-shard
   * @param next the micro-shard that this replica probably computes next; in the next step, unless
   *     it is a later one
   * @param arrays where a gradient and metric sums are taken from, if there are rows
   */
  SubtreeSum gradient(
      StepId id,
      Weights weights,
      int microShard,
      int next,
      IntFunction<PackedShard> shards,
      SumArrays arrays) {
    PackedShard shard = shards.apply(microShard);
    Assembly assembly = data.take(part(id, microShard, 0, shard));
    int count = assembly.count();
    if (count == 0) {
      return empty(microShard);
    }
    float[] gradient = arrays.takeUncleared();
    double[] metricSums = arrays.takeMetrics();
    sums.reset();
    pass.arrays(weights.values(), weights.version(), gradient);
    pass.streams(seed, id.step(), microShard);
    for (int from = 0; from < count; from += maxRows) {
      if (from > 0) {
        assembly = data.take(part(id, microShard, from, shard));
      }
      if (data.pays()) {
        data.start(
            from + maxRows < count
                ? part(id, microShard, from + maxRows, shard)
                : part(next > microShard ? id : after(id), next, 0, shards.apply(next)));
      }
      MiniBatch batch = assembly.batch();
      pass.rows(batch.rows(), from, true);
      pass.forgetsGradient(from == 0);
      network.gradient(pass, batch, sums);
      addMetrics(batch, metricSums);
    }
    metrics.addLosses(sums, metricSums, 0);
    return leaf(microShard, count, sums.lossSum(), sums.weightSum(), gradient, metricSums);
  }

  private static Part part(StepId id, int microShard, int from, PackedShard shard) {
    return new Part(id.epoch(), id.stepInEpoch(), microShard, from, shard);
  }

  private StepId after(StepId id) {
    return id.stepInEpoch() + 1 < plan.stepsPerEpoch()
        ? new StepId(id.step() + 1, id.epoch(), id.stepInEpoch() + 1)
        : new StepId(id.step() + 1, id.epoch() + 1, 0);
  }

  /** Loss and metric sums over all rows of one micro-shard, in ascending order of rows. */
  SubtreeSum evaluate(Weights weights, int microShard, PackedShard shard, SumArrays arrays) {
    int total = shard.rows();
    if (total == 0) {
      return empty(microShard);
    }
    double[] metricSums = arrays.takeMetrics();
    MiniBatch batch = data.other().batch();
    sums.reset();
    pass.arrays(weights.values(), weights.version(), null);
    pass.streams(seed, 0, microShard);
    for (int from = 0; from < total; from += maxRows) {
      int count = Math.min(maxRows, total - from);
      shard.read(from, count, batch);
      pass.rows(count, from, false);
      network.loss(pass, batch, sums);
      addMetrics(batch, metricSums);
    }
    metrics.addLosses(sums, metricSums, 0);
    return leaf(microShard, total, sums.lossSum(), sums.weightSum(), NO_FLOATS, metricSums);
  }

  private void addMetrics(MiniBatch batch, double[] metricSums) {
    for (int i = 0; i < metricSteps.length; i++) {
      Buffer output = network.output(i);
      Buffer weights = network.stepWeights(i);
      metrics.accumulate(
          i,
          batch.rows() * metricSteps[i],
          output.array(),
          output.offset(),
          batch.target(targets[i]),
          0,
          weights.array(),
          weights.offset(),
          metricSums,
          0);
    }
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
