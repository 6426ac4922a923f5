package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.Loss;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.loss.SigmoidCrossEntropy;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Map;

/**
 * Mean negative log-likelihood of the target under softmax or, for one output or multi-label
 * numbers, sigmoid; in nats, from the logits, so never clipped. Computed by the losses {@link
 * SoftmaxCrossEntropy} and {@link SigmoidCrossEntropy}, without smoothing or class weights.
 */
@Kind("logLoss")
@Doc("Mean negative log-likelihood of the target, in nats.")
public record LogLoss() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    if (link == LossSpec.Link.EMBEDDING || link == LossSpec.Link.CTC) {
      throw new IllegalArgumentException(
          "logLoss: the outputs are "
              + (link == LossSpec.Link.CTC ? "unaligned steps" : "embeddings")
              + ", which predict no "
              + target.name());
    }
    boolean sigmoid = link == LossSpec.Link.SIGMOID || output.size() == 1;
    LossSpec loss = sigmoid ? new SigmoidCrossEntropy() : new SoftmaxCrossEntropy(0, List.of());
    return new Bound(loss.bind(output, target), new LossSums());
  }

  @Override
  public String label() {
    return "logLoss";
  }

  private record Bound(Loss loss, LossSums lossSums) implements Metric {
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
      lossSums.reset();
      loss.accumulate(
          rows,
          outputs,
          outputOffset,
          targets,
          targetOffset,
          weights,
          weightOffset,
          null,
          0,
          lossSums);
      sums[sumsOffset] += lossSums.lossSum();
      sums[sumsOffset + 1] += lossSums.weightSum();
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      return Map.of("logLoss", sums[sumsOffset] / sums[sumsOffset + 1]);
    }
  }
}
