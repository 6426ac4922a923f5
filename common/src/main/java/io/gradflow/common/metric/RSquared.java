package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Coefficient of determination: 1 - sum_i w_i (prediction - target)^2 / sum_i w_i (target - mean
 * target)^2, the mean over the outputs; result {@code r2}. NaN where a target does not vary (there
 * scikit-learn says 0 or 1).
 *
 * <p>The denominator comes from sums of targets and their squares in double: targets whose mean
 * exceeds their spread a million times over lose its digits.
 */
@Kind("r2")
@Doc("Coefficient of determination, mean over outputs.")
public record RSquared() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return new Bound(Numbers.of("r2", output, target, link));
  }

  @Override
  public String label() {
    return "r2";
  }

  /** Sums: the weight; then for every output w t, w t^2, w (prediction - t)^2. */
  private record Bound(Numbers numbers) implements Metric {
    @Override
    public int sumCount() {
      return 1 + 3 * numbers.width();
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
        sums[sumsOffset] += weight;
        for (int j = 0; j < width; j++) {
          double target = targets[targetOffset + r * width + j];
          double error = numbers.predicted(outputs[outputOffset + r * width + j]) - target;
          int at = sumsOffset + 1 + 3 * j;
          sums[at] += weight * target;
          sums[at + 1] += weight * target * target;
          sums[at + 2] += weight * error * error;
        }
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      int width = numbers.width();
      double weight = sums[sumsOffset];
      double total = 0;
      for (int j = 0; j < width; j++) {
        int at = sumsOffset + 1 + 3 * j;
        double spread = sums[at + 1] - sums[at] * sums[at] / weight;
        total += spread > 0 ? 1 - sums[at + 2] / spread : Double.NaN;
      }
      return Map.of("r2", total / width);
    }
  }
}
