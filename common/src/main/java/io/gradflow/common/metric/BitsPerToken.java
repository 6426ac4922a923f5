package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * {@link LogLoss} in bits: what a token costs a language model, bits per character where tokens are
 * characters. 2 to the power of it is the {@link Perplexity}.
 */
@Kind("bitsPerToken")
@Doc("Mean negative log-likelihood of the target, in bits: of a language model per token.")
public record BitsPerToken() implements MetricSpec {
  private static final double LN_2 = 0.6931471805599453;

  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    Metric nats = new LogLoss().bind(output, target, link);
    return DerivedMetric.ofNumber(nats, "logLoss", "bitsPerToken", mean -> mean / LN_2);
  }

  @Override
  public String label() {
    return "bitsPerToken";
  }
}
