package io.gradflow.worker.task;

import io.gradflow.worker.replica.ReplicaPool;
import java.io.Serializable;

/**
 * What a task carries of its run: enough to find, or make, the replicas in its process.
 *
 * @param runId names the run within the application
 * @param threads that a task computes on
 */
public record RunHandle(String runId, int threads) implements Serializable {
  /** This process's replicas of the run. */
  public ReplicaPool pool() {
    return ReplicaPool.of(
        runId,
        () -> {
          throw new IllegalStateException("run " + runId + " is not known in this process");
        });
  }
}
