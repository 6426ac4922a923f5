package io.gradflow.common.model;

import io.gradflow.common.array.Shape;
import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All of a trained model but its weights: the content of {@code model.json}.
 *
 * @param formatVersion of the file; this build writes {@value #FORMAT_VERSION}
 * @param name of the job
 * @param network from encoded inputs to logits
 * @param preprocessing from raw rows to encoded inputs and targets, as fitted
 * @param loss that was minimised; its link turns logits into what users read
 * @param metrics that training reported
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
    LossSpec loss,
    @Default("[]") List<MetricSpec> metrics,
    int parameters,
    String weightsSha256,
    @Default("{}") Map<String, String> writtenBy) {
  /** What this build writes, and the newest that it reads. */
  public static final int FORMAT_VERSION = 1;

  public ModelSpec {
    metrics = List.copyOf(metrics);
    writtenBy = new TreeMap<>(writtenBy);
  }

  /** The model.json of freshly trained weights. */
  static ModelSpec of(
      String name,
      NetworkSpec network,
      Preprocessing preprocessing,
      LossSpec loss,
      List<MetricSpec> metrics,
      float[] weights,
      Map<String, String> writtenBy) {
    return new ModelSpec(
        FORMAT_VERSION,
        name,
        network,
        preprocessing,
        loss,
        metrics,
        weights.length,
        WeightsDigest.sha256(weights),
        writtenBy);
  }

  /** The class labels in index order; empty if the model predicts numbers or embeddings. */
  public List<String> classes() {
    if (loss.link() == LossSpec.Link.EMBEDDING) {
      return List.of();
    }
    return preprocessing.targets().get(0).field().classes();
  }

  /**
   * Numbers that a prediction has: a probability for each class, or a value for each element of the
   * output.
   */
  public int predictionWidth() {
    Shape output = network.outputShape(0);
    return isYesOrNo() ? 2 * output.size() : output.size();
  }

  /** How the output is read: as a whole, or step by step. */
  OutputSteps outputSteps() {
    return network.outputSteps(0, loss, preprocessing.targets().get(0).field());
  }

  /** Whether one logit speaks for two classes. */
  boolean isYesOrNo() {
    boolean classLink =
        loss.link() == LossSpec.Link.SIGMOID || loss.link() == LossSpec.Link.SOFTMAX;
    return classLink && classes().size() == 2 && outputSteps().output().size() == 1;
  }
}
