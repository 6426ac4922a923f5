package io.gradflow.common.model;

import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.nn.NetworkSpec;
import java.util.List;
import java.util.Map;

/**
 * A trained model.
 *
 * @param spec everything but the weights
 * @param weights the flat vector; shared, never written to
 */
@SuppressWarnings("ArrayRecordComponent") // Shared by every scorer, never compared.
public record Model(ModelSpec spec, float[] weights) {
  public Model {
    int expected = spec.network().layout().size();
    if (weights.length != expected || spec.parameters() != expected) {
      throw new IllegalArgumentException(
          "model "
              + spec.name()
              + ": "
              + weights.length
              + " weights, "
              + spec.parameters()
              + " declared; its network has "
              + expected);
    }
  }

  /**
   * A freshly trained model.
   *
   * @param outputs one an output of the network, in order
   * @param writtenBy versions worth keeping with it
   */
  public static Model of(
      String name,
      NetworkSpec network,
      Preprocessing preprocessing,
      List<OutputSpec> outputs,
      float[] weights,
      Map<String, String> writtenBy) {
    return new Model(
        ModelSpec.of(name, network, preprocessing, outputs, weights, writtenBy), weights);
  }

  /** Makes what computes predictions for one thread, up to {@code maxRows} rows at a time. */
  public Scorer scorer(int maxRows) {
    return new Scorer(this, maxRows);
  }
}
