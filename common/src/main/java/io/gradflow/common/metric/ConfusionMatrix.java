package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Weight of rows by class: one list for each actual class, of one number for each predicted class;
 * result {@code confusionMatrix}. Takes classes^2 doubles of sums.
 */
@Kind("confusionMatrix")
@Doc("Weight of rows by actual and predicted class.")
public record ConfusionMatrix() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    Decision decision = Decision.of("confusionMatrix", output, target, link);
    if (decision.classes() > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "confusionMatrix: target "
              + target.name()
              + " has "
              + decision.classes()
              + " classes; expected at most "
              + MAX_CLASSES
              + ", the matrix has their square");
    }
    return new Bound(decision);
  }

  /** 8 MB of sums. */
  private static final int MAX_CLASSES = 1000;

  @Override
  public String label() {
    return "confusionMatrix";
  }

  private record Bound(Decision decision) implements Metric {
    @Override
    public int sumCount() {
      return decision.classes() * decision.classes();
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
        sums[sumsOffset + actual * decision.classes() + predicted] += weights[weightOffset + r];
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      int classes = decision.classes();
      List<List<Double>> matrix = new ArrayList<>();
      for (int actual = 0; actual < classes; actual++) {
        List<Double> row = new ArrayList<>();
        for (int predicted = 0; predicted < classes; predicted++) {
          row.add(sums[sumsOffset + actual * classes + predicted]);
        }
        matrix.add(List.copyOf(row));
      }
      return Map.of("confusionMatrix", List.copyOf(matrix));
    }
  }
}
