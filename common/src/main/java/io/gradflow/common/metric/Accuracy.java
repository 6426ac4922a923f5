package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Weighted share of rows whose class is predicted: sum_i w_i [predicted_i = actual_i] / sum_i w_i.
 * The prediction is the largest output (the first of equals), for one logit its sign.
 *
 * <p>With several numbers under sigmoid (multi-label), a row counts the share of its labels that
 * are right: logit above 0 where the target is above 0.5.
 */
@Kind("accuracy")
@Doc("Share of rows whose class is predicted.")
public record Accuracy() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    boolean labels =
        target.kind() == Field.Kind.NUMBER
            && link == LossSpec.Link.SIGMOID
            && output.size() > 1
            && target.width() == output.size();
    return labels
        ? new OfLabels(output.size())
        : new OfClasses(Decision.of("accuracy", output, target, link));
  }

  @Override
  public String label() {
    return "accuracy";
  }

  private record OfClasses(Decision decision) implements Metric {
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
      for (int r = 0; r < rows; r++) {
        int predicted = decision.predicted(outputs, outputOffset + r * decision.outputWidth());
        int actual = decision.actual(targets, targetOffset + r * decision.targetWidth());
        double weight = weights[weightOffset + r];
        sums[sumsOffset] += predicted == actual ? weight : 0;
        sums[sumsOffset + 1] += weight;
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      return Map.of("accuracy", sums[sumsOffset] / sums[sumsOffset + 1]);
    }
  }

  private record OfLabels(int width) implements Metric {
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
      for (int r = 0; r < rows; r++) {
        int right = 0;
        for (int j = r * width; j < (r + 1) * width; j++) {
          boolean actual = targets[targetOffset + j] > 0.5f;
          right += (outputs[outputOffset + j] > 0) == actual ? 1 : 0;
        }
        double weight = weights[weightOffset + r];
        sums[sumsOffset] += weight * right;
        sums[sumsOffset + 1] += weight;
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      return Map.of("accuracy", sums[sumsOffset] / (sums[sumsOffset + 1] * width));
    }
  }
}
