package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * e to the power of {@link LogLoss}: among how many equally likely tokens a language model wavers.
 */
@Kind("perplexity")
@Doc("e to the mean negative log-likelihood of the target: of a language model per token.")
public record Perplexity() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    Metric nats = new LogLoss().bind(output, target, link);
    return DerivedMetric.ofNumber(nats, "logLoss", "perplexity", StrictMath::exp);
  }

  @Override
  public String label() {
    return "perplexity";
  }
}
