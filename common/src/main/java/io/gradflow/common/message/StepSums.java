package io.gradflow.common.message;

import java.io.Serializable;
import java.util.List;

/**
 * What one task has added up in one step (or one evaluation): the largest nodes within its range of
 * micro-shards.
 *
 * @param version the version of the weights that the sums were computed with
 * @param from the task's first micro-shard
 * @param to one past its last
 * @param subtrees in ascending order of micro-shards, without gaps
 * @param timings where the time went
 */
public record StepSums(
    long version, int from, int to, List<SubtreeSum> subtrees, TaskTimings timings)
    implements Serializable {
  public StepSums {
    subtrees = List.copyOf(subtrees);
  }
}
