package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Area under the ROC curve of two classes: the weighted probability that a row of class 1 scores
 * above one of class 0, a tie counting half. The score is the logit (of two, their difference).
 *
 * <p>Scores are counted in bins so that sums add up: by sign, the {@value #OCTAVES} powers of two
 * from 2^{@value #LEAST_EXPONENT} to 2^{@value #END_EXPONENT}, and the first {@value
 * #MANTISSA_BITS} bits of the mantissa. Scores of one bin are ties: those that differ by less than
 * 1/64 of their size, all of magnitude below 2^-12, all from 64 up. The area is off by at most half
 * the probability that two rows of different class share a bin. {@value #SUMS} doubles of sums.
 */
@Kind("auc")
@Doc("Area under the ROC curve of two classes.")
public record Auc() implements MetricSpec {
  private static final int MANTISSA_BITS = 6;
  private static final int LEAST_EXPONENT = -12;
  private static final int END_EXPONENT = 6;
  private static final int OCTAVES = END_EXPONENT - LEAST_EXPONENT;

  /** Bins of one sign: one below the least power, one from the last on. */
  private static final int SIDE = (OCTAVES << MANTISSA_BITS) + 2;

  static final int BINS = 2 * SIDE;
  private static final int SUMS = 2 * BINS;

  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return bind("auc", output, target, link);
  }

  /** Sums: the weight of class 0 in every bin, then of class 1. */
  static Metric bind(String metric, Shape output, Field target, LossSpec.Link link) {
    Decision decision = Decision.of(metric, output, target, link);
    if (decision.classes() != 2) {
      throw new IllegalArgumentException(
          metric
              + ": target "
              + target.name()
              + " has "
              + decision.classes()
              + " classes; expected 2");
    }
    return new Bound(decision);
  }

  @Override
  public String label() {
    return "auc";
  }

  /** The bin of a score; a higher score never has a lower bin. */
  static int bin(float score) {
    // Positive floats are ordered as their bits are.
    int bits = Float.floatToIntBits(Math.abs(score));
    int first = (LEAST_EXPONENT + Float.MAX_EXPONENT) << MANTISSA_BITS;
    int magnitude = Math.min(Math.max((bits >>> (23 - MANTISSA_BITS)) - first + 1, 0), SIDE - 1);
    return score < 0 ? SIDE - 1 - magnitude : SIDE + magnitude;
  }

  /** Sums: the weight of class 0 in every bin, then of class 1. */
  private record Bound(Decision decision) implements Metric {
    @Override
    public int sumCount() {
      return SUMS;
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
        int bin = bin(decision.score(outputs, outputOffset + r * decision.outputWidth()));
        int actual = decision.actual(targets, targetOffset + r * decision.targetWidth());
        sums[sumsOffset + actual * BINS + bin] += weights[weightOffset + r];
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      double pairs = 0;
      double below = 0;
      double positives = 0;
      for (int bin = 0; bin < BINS; bin++) {
        double negative = sums[sumsOffset + bin];
        double positive = sums[sumsOffset + BINS + bin];
        pairs += positive * (below + negative / 2);
        below += negative;
        positives += positive;
      }
      return Map.of("auc", pairs / (below * positives));
    }
  }
}
