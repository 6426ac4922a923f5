package io.gradflow.common.model;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All of a trained model but its weights: the content of {@code model.json}.
 *
 * @param formatVersion of the file; this build writes {@value #FORMAT_VERSION}
 * @param name of the job
 * @param network from encoded inputs to logits
 * @param preprocessing from raw rows to encoded inputs and targets, as fitted
 * @param loss that was minimised, of a network with one output; its link turns logits into what
 *     users read
 * @param metrics that training reported of one output
 * @param outputs what several outputs, in the network's order, are trained for and measured by; one
 *     is written as loss and metrics
 * @param parameters floats in the flat weight vector
 * @param weightsSha256 of the flat vector's raw little-endian bytes
 * @param writtenBy the versions of what wrote the file
 */
@Doc("A trained model without its weights.")
public record ModelSpec(
    int formatVersion,
    String name,
    NetworkSpec network,
    Preprocessing preprocessing,
    Optional<LossSpec> loss,
    @Default("[]") List<MetricSpec> metrics,
    @Default("[]") List<OutputSpec> outputs,
    int parameters,
    String weightsSha256,
    @Default("{}") Map<String, String> writtenBy) {
  /** What this build writes, and the newest that it reads. */
  public static final int FORMAT_VERSION = 1;

  public ModelSpec {
    metrics = List.copyOf(metrics);
    outputs = List.copyOf(outputs);
    int described = loss.isPresent() ? 1 : outputs.size();
    if (loss.isPresent() != outputs.isEmpty() || described != network.outputs().size()) {
      throw new IllegalArgumentException(
          described
              + " outputs described, the network has "
              + network.outputs().size()
              + "; expected loss and metrics of one, or outputs of several");
    }
    writtenBy = new TreeMap<>(writtenBy);
  }

  /** The model.json of freshly trained weights. */
  static ModelSpec of(
      String name,
      NetworkSpec network,
      Preprocessing preprocessing,
      List<OutputSpec> outputs,
      float[] weights,
      Map<String, String> writtenBy) {
    Optional<OutputSpec> only =
        outputs.size() == 1 ? Optional.of(outputs.get(0)) : Optional.empty();
    return new ModelSpec(
        FORMAT_VERSION,
        name,
        network,
        preprocessing,
        only.map(OutputSpec::loss),
        only.map(OutputSpec::metrics).orElse(List.of()),
        only.isPresent() ? List.of() : outputs,
        weights.length,
        WeightsDigest.sha256(weights),
        writtenBy);
  }

  /** What each output of the network is, in order. */
  public List<ModelOutput> modelOutputs() {
    List<OutputSpec> described =
        loss.map(each -> List.of(OutputSpec.only(firstTarget(), each, metrics))).orElse(outputs);
    List<ModelOutput> all = new ArrayList<>();
    for (OutputSpec output : described) {
      all.add(new ModelOutput(this, all.size(), output));
    }
    return all;
  }

  private String firstTarget() {
    return preprocessing.targets().get(0).name();
  }
}
