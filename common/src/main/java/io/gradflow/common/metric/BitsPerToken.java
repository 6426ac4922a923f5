package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * {@link LogLoss} in bits: what a token costs a language model, bits per character where tokens are
 * characters. 2 to the power of it is the perplexity.
 */
@Kind("bitsPerToken")
@Doc("Mean negative log-likelihood of the target, in bits: of a language model per token.")
public record BitsPerToken() implements MetricSpec {
  private static final double LN_2 = 0.6931471805599453;

  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return new InBits(new LogLoss().bind(output, target, link));
  }

  @Override
  public String label() {
    return "bitsPerToken";
  }

  private record InBits(Metric nats) implements Metric {
    @Override
    public int sumCount() {
      return nats.sumCount();
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
      nats.accumulate(
          rows,
          outputs,
          outputOffset,
          targets,
          targetOffset,
          weights,
          weightOffset,
          sums,
          sumsOffset);
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      double mean = (Double) nats.result(sums, sumsOffset).get("logLoss");
      return Map.of("bitsPerToken", mean / LN_2);
    }
  }
}
