package io.gradflow.worker.task;

import io.gradflow.common.message.Weights;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * How the weights reach the tasks of one job: small ones inside the task, larger ones once an
 * executor. One of the two is null.
 *
 * @param version of the weights
 * @param values the weights themselves, not a copy
 * @param broadcast the weights by reference
 */
@SuppressWarnings("ArrayRecordComponent") // Shipped, never compared.
public record WeightsHandle(long version, float[] values, Broadcast<Weights> broadcast)
    implements Serializable {
  /** The weights, in the process of the task. */
  Weights weights() {
    return broadcast == null ? new Weights(version, values) : broadcast.value();
  }
}
