package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Mean absolute error as a share of the target: sum_i w_i mean_j |prediction - target| / |target| /
 * sum_i w_i over rows i and outputs j; 0.1 is 10 %. A target of 0 that is not predicted as 0 makes
 * it infinite. Result {@code mape}.
 */
@Kind("mape")
@Doc("Mean absolute error as a share of the target, over rows and outputs.")
public record MeanAbsolutePercentageError() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return new Bound(Numbers.of("mape", output, target, link));
  }

  @Override
  public String label() {
    return "mape";
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
        double weight = weights[weightOffset + r];
        double rowSum = 0;
        for (int j = r * width; j < (r + 1) * width; j++) {
          double target = targets[targetOffset + j];
          double error = Math.abs(numbers.predicted(outputs[outputOffset + j]) - target);
          rowSum += error == 0 ? 0 : error / Math.abs(target);
        }
        // A row that does not count may be infinitely wrong.
        sums[sumsOffset] += weight > 0 ? weight * rowSum : 0;
        sums[sumsOffset + 1] += weight;
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      return Map.of("mape", sums[sumsOffset] / (sums[sumsOffset + 1] * numbers.width()));
    }
  }
}
