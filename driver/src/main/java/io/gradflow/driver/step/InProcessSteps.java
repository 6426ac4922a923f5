package io.gradflow.driver.step;

import io.gradflow.common.data.PackedShard;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.worker.replica.ReplicaPool;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.replica.StepCompute;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Steps on threads of this process, without Spark: for checks, tests and small fits. Does not own
 * the shards.
 */
public final class InProcessSteps implements StepRunner {
  private final Map<Split, List<PackedShard>> shards;
  private final int threads;
  private final ReplicaPool pool;
  private final StepCompute compute;
  private List<SubtreeSum> lent = List.of();

  /**
   * @param shards the run's splits, each with one shard a micro-shard; TRAIN is needed
   * @param threads to compute on, the caller's included
   */
  public InProcessSteps(RunSpec spec, Map<Split, List<PackedShard>> shards, int threads) {
    shards.forEach(
        (split, each) -> {
          if (each.size() != spec.microShards()) {
            throw new IllegalArgumentException(
                split + " has " + each.size() + " shards; expected " + spec.microShards());
          }
        });
    this.shards = new EnumMap<>(shards);
    this.threads = Math.max(1, Math.min(threads, spec.microShards()));
    this.pool = new ReplicaPool(spec);
    this.compute = new StepCompute(pool, 0, spec.microShards(), this.threads);
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    long start = System.nanoTime();
    compute.giveBack(lent);
    lent = compute.gradient(id, weights, shards(Split.TRAIN)::get);
    long nanos = System.nanoTime() - start;
    return new StepSum(lent.get(0), 1, nanos, 0, 0, 0, nanos);
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    compute.giveBack(lent);
    lent = compute.evaluate(weights, shards(split)::get);
    return lent.get(0);
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    return compute.nonFinite(id, weights, shards(Split.TRAIN)::get);
  }

  private List<PackedShard> shards(Split split) {
    List<PackedShard> found = shards.get(split);
    if (found == null) {
      throw new IllegalArgumentException("the run has no " + split + " rows");
    }
    return found;
  }

  @Override
  public String description() {
    return "in process on " + (threads == 1 ? "1 thread" : threads + " threads");
  }

  @Override
  public void close() {
    compute.close();
    pool.close();
  }
}
