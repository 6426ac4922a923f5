package io.gradflow.worker.replica;

import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.nn.WeightPacks;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.common.reduce.SumArrays;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What one process keeps for one run: replicas, bound once and reused by all its tasks and steps,
 * and the arrays their sums are made in. Safe for several threads.
 */
public final class ReplicaPool implements AutoCloseable {
  private static final Map<String, ReplicaPool> POOLS = new ConcurrentHashMap<>();

  private final RunSpec spec;
  private final BatchPlan plan;
  private final MicroShardTree tree;
  private final SumArrays arrays;
  private final WeightPacks packs;
  private final InstalledWeights installed = new InstalledWeights();
  private final Deque<Replica> idle = new ArrayDeque<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final ReadAhead.When readAhead;
  private final ExecutorService helpers =
      Executors.newCachedThreadPool(
          runnable -> {
            Thread thread = new Thread(runnable, "gradflow-replica");
            thread.setDaemon(true);
            return thread;
          });

  /** A pool of its own, known to nobody else. */
  public ReplicaPool(RunSpec spec) {
    this(spec, ReadAhead.When.WHEN_IT_PAYS);
  }

  ReplicaPool(RunSpec spec, ReadAhead.When readAhead) {
    this.spec = spec;
    this.readAhead = readAhead;
    this.plan = spec.batchPlan();
    this.tree = new MicroShardTree(spec.microShards());
    this.packs = new WeightPacks(spec.numerics().gemm());
    this.arrays = new SumArrays(spec.network().layout().size(), spec.metricSet().sumCount());
  }

  /**
   * This process's pool of a run; made when first asked for.
   *
   * @param runId names the run within the application
   * @param spec where the run's spec is taken from, if it is needed
   */
  public static ReplicaPool of(String runId, Supplier<RunSpec> spec) {
    ReplicaPool pool = POOLS.get(runId);
    // Not computeIfAbsent on the way in: it locks a bin even when the pool is there.
    return pool != null ? pool : POOLS.computeIfAbsent(runId, id -> new ReplicaPool(spec.get()));
  }

  /** Lets go of what this process keeps for a run. Does nothing if it keeps none. */
  public static void release(String runId) {
    ReplicaPool pool = POOLS.remove(runId);
    if (pool != null) {
      pool.close();
    }
  }

  public RunSpec spec() {
    return spec;
  }

  /** The weights that this process's tasks of the run share. */
  public InstalledWeights installed() {
    return installed;
  }

  MicroShardTree tree() {
    return tree;
  }

  SumArrays arrays() {
    return arrays;
  }

  ExecutorService helpers() {
    return helpers;
  }

  Replica borrow() {
    synchronized (idle) {
      Replica replica = idle.poll();
      if (replica != null) {
        return replica;
      }
    }
    Replica replica = new Replica(spec, plan, tree, packs, helpers, this::hasIdleCore, readAhead);
    synchronized (idle) {
      replicas.add(replica);
    }
    return replica;
  }

  /** Whether fewer replicas are in use than there are cores. */
  private boolean hasIdleCore() {
    synchronized (idle) {
      return replicas.size() - idle.size() < Runtime.getRuntime().availableProcessors();
    }
  }

  /**
   * The share of their time that replicas have waited for minibatches; between steps included in
   * the whole. 0 before the first.
   */
  public double dataShare() {
    long data = 0;
    long all = 0;
    synchronized (idle) {
      for (Replica replica : replicas) {
        data += replica.dataNanos();
        all += replica.dataNanos() + replica.computeNanos();
      }
    }
    return all == 0 ? 0 : (double) data / all;
  }

  void giveBack(Replica replica) {
    synchronized (idle) {
      idle.push(replica);
    }
  }

  @Override
  public void close() {
    helpers.shutdown();
    synchronized (idle) {
      idle.clear();
      replicas.clear();
    }
  }
}
