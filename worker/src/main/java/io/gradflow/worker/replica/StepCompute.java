package io.gradflow.worker.replica;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.common.reduce.PairwiseReduction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/**
 * The sums of a range of neighbouring micro-shards, on one thread or several: each thread takes
 * neighbours and adds them up as it goes, so that it holds about log2 of its range in gradients.
 * Neither threads nor ranges change a bit.
 *
 * <p>Used by one thread at a time. Holds its replicas until it is closed.
 */
public final class StepCompute implements AutoCloseable {
  private final ReplicaPool pool;
  private final int from;
  private final int to;
  private final Replica[] replicas;
  private final PairwiseReduction[] reductions;
  private final PairwiseReduction last;
  private volatile boolean cancelled;

  /**
   * @param from the first micro-shard
   * @param to one past the last
   * @param threads to compute on, the caller's included; no more than there are micro-shards are
   *     used
   */
  public StepCompute(ReplicaPool pool, int from, int to, int threads) {
    if (from < 0 || from >= to || to > pool.tree().microShards()) {
      throw new IllegalArgumentException(
          "micro-shards [" + from + ", " + to + ") of " + pool.tree().microShards());
    }
    this.pool = pool;
    this.from = from;
    this.to = to;
    int parts = Math.max(1, Math.min(threads, to - from));
    this.replicas = new Replica[parts];
    this.reductions = new PairwiseReduction[parts];
    for (int i = 0; i < parts; i++) {
      replicas[i] = pool.borrow();
      reductions[i] = new PairwiseReduction(pool.tree(), this::giveBack);
    }
    BlockTeam team = new BlockTeam(parts, pool.helpers());
    this.last = new PairwiseReduction(pool.tree(), this::giveBack, team);
  }

  /** One micro-shard's work. */
  private interface Leaf {
    /**
     * @param next the micro-shard that the replica computes after this one, or first in the next
     *     step
     */
    SubtreeSum compute(Replica replica, int microShard, int next);
  }

  /**
   * Gradient, loss and metric sums of a step.
   *
   * @param shards the rows of each micro-shard
   * @return the largest nodes within the range; to be given back when nobody reads them any more
   * @throws CancellationException if the thread is interrupted
   */
  public List<SubtreeSum> gradient(StepId id, Weights weights, IntFunction<PackedShard> shards) {
    return sums(
        (replica, m, next) -> replica.gradient(id, weights, m, next, shards, pool.arrays()));
  }

  /** Loss and metric sums over all rows, without gradients; otherwise as {@link #gradient}. */
  public List<SubtreeSum> evaluate(Weights weights, IntFunction<PackedShard> shards) {
    return sums((replica, m, next) -> replica.evaluate(weights, m, shards.apply(m), pool.arrays()));
  }

  /**
   * Computes a step one micro-shard at a time and names the first one that is not finite, and its
   * parameter. Empty if there is none.
   */
  public Optional<String> nonFinite(StepId id, Weights weights, IntFunction<PackedShard> shards) {
    for (int m = from; m < to; m++) {
      SubtreeSum sum = replicas[0].gradient(id, weights, m, m, shards, pool.arrays());
      Optional<String> culprit = nonFinite(sum, m);
      giveBack(sum);
      if (culprit.isPresent()) {
        return culprit;
      }
    }
    return Optional.empty();
  }

  private Optional<String> nonFinite(SubtreeSum sum, int microShard) {
    if (sum.rows() == 0) {
      return Optional.empty();
    }
    float[] gradient = sum.gradientSum();
    for (ParamSlice slice : pool.spec().network().layout().slices()) {
      int count = ArrayKernels.countNonFinite(slice.size(), gradient, slice.offset());
      if (count > 0) {
        return Optional.of(
            (slice.trainable() ? "gradient of " : "change of ")
                + slice.name()
                + " has "
                + count
                + " non-finite values (micro-shard "
                + microShard
                + ")");
      }
    }
    return Double.isFinite(sum.lossSum())
        ? Optional.empty()
        : Optional.of("loss is " + sum.lossSum() + " (micro-shard " + microShard + ")");
  }

  /** Takes back what {@link #gradient} or {@link #evaluate} returned. */
  public void giveBack(List<SubtreeSum> sums) {
    sums.forEach(this::giveBack);
  }

  private void giveBack(SubtreeSum sum) {
    pool.arrays().giveBack(sum);
  }

  /** Hands the replicas back. Not to be called while a thread may still be computing. */
  @Override
  public void close() {
    for (Replica replica : replicas) {
      pool.giveBack(replica);
    }
  }

  private List<SubtreeSum> sums(Leaf leaf) {
    cancelled = false;
    if (replicas.length == 1) {
      addUp(leaf, 0);
      return reductions[0].drain();
    }
    CountDownLatch helping = new CountDownLatch(replicas.length - 1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int i = 1; i < replicas.length; i++) {
      int part = i;
      pool.helpers()
          .execute(
              () -> {
                addUp(leaf, part, failure);
                helping.countDown();
              });
    }
    addUp(leaf, 0, failure);
    awaitAll(helping);
    rethrow(failure.get());
    for (PairwiseReduction reduction : reductions) {
      reduction.drain().forEach(last::add);
    }
    return last.drain();
  }

  /** As {@link #addUp(Leaf, int)}; the first failure of any thread stops the others. */
  private void addUp(Leaf leaf, int part, AtomicReference<Throwable> failure) {
    try {
      addUp(leaf, part);
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      cancelled = true;
    }
  }

  private void addUp(Leaf leaf, int part) {
    PairwiseReduction reduction = reductions[part];
    reduction.drain().forEach(this::giveBack); // What a failed step left behind.
    int first = from + MicroShardTree.rangeStart(to - from, part, replicas.length);
    int last = from + MicroShardTree.rangeStart(to - from, part + 1, replicas.length);
    for (int m = first; m < last; m++) {
      if (cancelled || Thread.currentThread().isInterrupted()) {
        throw new CancellationException("stopped before micro-shard " + m);
      }
      reduction.add(compute(leaf, replicas[part], m, m + 1 < last ? m + 1 : first));
    }
  }

  /** A leaf whose failure says which micro-shard it was. */
  private static SubtreeSum compute(Leaf leaf, Replica replica, int microShard, int next) {
    try {
      return leaf.compute(replica, microShard, next);
    } catch (CancellationException e) {
      throw e;
    } catch (GradflowException e) {
      throw new GradflowException(e.code(), "micro-shard " + microShard + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new GradflowException(ExitCode.INTERNAL, "micro-shard " + microShard + ": " + e, e);
    }
  }

  /** Waits for all helpers, whatever happens: they use the replicas and read the weights. */
  private void awaitAll(CountDownLatch helping) {
    boolean interrupted = false;
    while (true) {
      try {
        helping.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        cancelled = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
