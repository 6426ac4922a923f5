package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Mean squared error: sum_i w_i mean_j (prediction - target)^2 / sum_i w_i over rows i and outputs
 * j; result {@code mse}.
 */
@Kind("mse")
@Doc("Mean squared error, over rows and outputs.")
public record MeanSquaredError() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return new Bound(Numbers.of("mse", output, target, link));
  }

  @Override
  public String label() {
    return "mse";
  }

  private record Bound(Numbers numbers) implements Metric {
    @Override
    public int sumCount() {
      return 2;
    }

    @Override
    public void accumulate(
        int rows,
        float[] outputs,
        int outputOffset,
        float[] targets,
        int targetOffset,
        float[] weights,
        int weightOffset,
        double[] sums,
        int sumsOffset) {
      int width = numbers.width();
      for (int r = 0; r < rows; r++) {
        double rowSum = 0;
        for (int j = r * width; j < (r + 1) * width; j++) {
          double error = numbers.predicted(outputs[outputOffset + j]) - targets[targetOffset + j];
          rowSum += error * error;
        }
        double weight = weights[weightOffset + r];
        sums[sumsOffset] += weight * rowSum;
        sums[sumsOffset + 1] += weight;
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      return Map.of("mse", sums[sumsOffset] / (sums[sumsOffset + 1] * numbers.width()));
    }
  }
}
