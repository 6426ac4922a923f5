package io.gradflow.driver.step;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.Pass;
import io.gradflow.driver.optim.Optimizer;
import java.util.ArrayList;
import java.util.List;

/**
 * What training means, written as plainly as it can be: one process, one thread, whole arrays, no
 * packed shards, no pools, no messages. The oracle for every way of running a step.
 */
final class ReferenceLoop {
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Part(float[] gradient, double weightSum) {}

  private ReferenceLoop() {}

  static float[] train(SmallRun run) {
    BatchPlan plan = new BatchPlan(SmallRun.SEED, run.rows(), run.batchSize(), run.microShards());
    int maxRows = plan.maxRowsPerMicroShard();
    Network network =
        run.network().bind(SmallRun.SCHEMA, run.losses(), maxRows, Numerics.PORTABLE.gemm());
    MiniBatch batch = new MiniBatch(SmallRun.SCHEMA, maxRows);
    Pass pass = new Pass();
    LossSums sums = new LossSums();
    float[] weights = run.startingWeights();
    Optimizer optimizer = run.optimizer();
    long step = 0;
    for (int epoch = 0; epoch < SmallRun.EPOCHS; epoch++) {
      for (int s = 0; s < plan.stepsPerEpoch(); s++) {
        List<Part> parts = new ArrayList<>();
        for (int m = 0; m < run.microShards(); m++) {
          int[] local = new int[maxRows];
          int count = plan.localRows(epoch, s, m, local);
          if (count == 0) {
            parts.add(null);
            continue;
          }
          batch.rows(count);
          for (int i = 0; i < count; i++) {
            int row = local[i] * run.microShards() + m;
            float[] features = SmallRun.features(row);
            System.arraycopy(features, 0, batch.input(0), i * features.length, features.length);
            batch.target(0)[i] = SmallRun.label(row);
            batch.weights()[i] = SmallRun.weight(row);
          }
          float[] gradient = new float[weights.length];
          sums.reset();
          pass.arrays(weights, gradient);
          pass.streams(SmallRun.SEED, step, m);
          pass.rows(count, 0, true);
          network.gradient(pass, batch, sums);
          parts.add(new Part(gradient, sums.weightSum()));
        }
        Part sum = pairwise(parts);
        if (sum != null && sum.weightSum() > 0) {
          optimizer.apply(weights, sum.gradient(), sum.weightSum(), step);
        }
        step++;
      }
    }
    return weights;
  }

  private static Part pairwise(List<Part> parts) {
    List<Part> level = parts;
    while (level.size() > 1) {
      List<Part> above = new ArrayList<>();
      for (int i = 0; i < level.size(); i += 2) {
        above.add(i + 1 < level.size() ? add(level.get(i), level.get(i + 1)) : level.get(i));
      }
      level = above;
    }
    return level.get(0);
  }

  private static Part add(Part a, Part b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    float[] gradient = new float[a.gradient().length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = a.gradient()[i] + b.gradient()[i];
    }
    return new Part(gradient, a.weightSum() + b.weightSum());
  }
}
