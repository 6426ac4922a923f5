package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Weighted share of sequences of which every step that counts is predicted right; a sequence
 * without such a step does not count. Where an example has no steps it is {@link Accuracy}. Result
 * {@code sequenceAccuracy}.
 */
@Kind("sequenceAccuracy")
@Doc("Share of sequences of which every step is predicted right.")
public record SequenceAccuracy() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return bind(new OutputSteps(1, output, target), link);
  }

  @Override
  public Metric bind(OutputSteps steps, LossSpec.Link link) {
    Decision decision = Decision.of("sequenceAccuracy", steps.output(), steps.target(), link);
    return new Bound(decision, steps.count());
  }

  @Override
  public String label() {
    return "sequenceAccuracy";
  }

  private record Bound(Decision decision, int steps) implements Metric {
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
      for (int first = 0; first < rows; first += steps) {
        double weight = 0;
        boolean right = true;
        for (int r = first; r < first + steps; r++) {
          if (weights[weightOffset + r] > 0) {
            weight = weights[weightOffset + r];
            right &=
                decision.predicted(outputs, outputOffset + r * decision.outputWidth())
                    == decision.actual(targets, targetOffset + r * decision.targetWidth());
          }
        }
        sums[sumsOffset] += right ? weight : 0;
        sums[sumsOffset + 1] += weight;
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      return Map.of("sequenceAccuracy", sums[sumsOffset] / sums[sumsOffset + 1]);
    }
  }
}
