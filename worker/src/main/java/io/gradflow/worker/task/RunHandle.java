package io.gradflow.worker.task;

import io.gradflow.worker.replica.ReplicaPool;
import io.gradflow.worker.replica.RunSpec;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * What a task carries of its run: enough to find, or make, the replicas in its process.
 *
 * @param runId names the run within the application
 * @param specJson the run's spec, once an executor
 * @param threads that a task computes on
 */
public record RunHandle(String runId, Broadcast<String> specJson, int threads)
    implements Serializable {
  /** This process's replicas of the run. */
  public ReplicaPool pool() {
    return ReplicaPool.of(runId, () -> RunSpec.fromJson(specJson.value()));
  }
}
