package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Weighted share of rows whose class is among the k largest outputs; of equal outputs the one of
 * lower index counts as larger, so that k = 1 is {@link Accuracy}. Result {@code top5Accuracy}.
 */
@Kind("topK")
@Doc("Share of rows whose class is among the k most probable.")
public record TopK(@Default("5") @Doc("How many guesses a row has.") int k) implements MetricSpec {
  public TopK {
    if (k < 1) {
      throw new IllegalArgumentException("topK: k is " + k + "; expected at least 1");
    }
  }

  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    Decision decision = Decision.of("topK", output, target, link);
    if (k > decision.outputWidth()) {
      throw new IllegalArgumentException(
          "topK: k is " + k + "; expected at most the " + decision.outputWidth() + " outputs");
    }
    return new Bound(decision, k, label());
  }

  @Override
  public String label() {
    return "top" + k + "Accuracy";
  }

  private record Bound(Decision decision, int k, String label) implements Metric {
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
      int width = decision.outputWidth();
      for (int r = 0; r < rows; r++) {
        int actual = decision.actual(targets, targetOffset + r * decision.targetWidth());
        int before = rank(outputs, outputOffset + r * width, width, actual);
        double weight = weights[weightOffset + r];
        sums[sumsOffset] += before < k ? weight : 0;
        sums[sumsOffset + 1] += weight;
      }
    }

    /** How many outputs come before output {@code of}. */
    private static int rank(float[] outputs, int offset, int width, int of) {
      float own = outputs[offset + of];
      int before = 0;
      for (int j = 0; j < width; j++) {
        float other = outputs[offset + j];
        before += other > own || (other == own && j < of) ? 1 : 0;
      }
      return before;
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      return Map.of(label, sums[sumsOffset] / sums[sumsOffset + 1]);
    }
  }
}
