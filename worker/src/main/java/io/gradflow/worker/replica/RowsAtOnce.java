package io.gradflow.worker.replica;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.loss.Objectives;

/**
 * How many rows of a micro-shard a replica computes at once. No bit depends on it: sums add up in
 * ascending row order however the rows are cut into passes.
 */
final class RowsAtOnce {
  private RowsAtOnce() {}

  /**
   * As many as the run says, else as many as let the workspace fit; all where the network's rows
   * depend on each other.
   *
   * @param most rows that a pass may have
   * @param maxFloats of workspace
   */
  static int of(RunSpec spec, int most, long maxFloats) {
    if (!spec.network().wholeMicroShardLayers().isEmpty()) {
      return most;
    }
    if (spec.rowsAtOnce().isPresent()) {
      return Math.min(most, spec.rowsAtOnce().get());
    }
    Gemm gemm = spec.numerics().gemm();
    Objectives objectives = spec.objectives();
    int rows = most;
    while (rows > 1
        && spec.network().workspaceFloats(spec.schema(), objectives, rows, gemm) > maxFloats) {
      rows = (rows + 1) / 2;
    }
    return rows;
  }
}
