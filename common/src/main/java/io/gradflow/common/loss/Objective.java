package io.gradflow.common.loss;

import io.gradflow.common.spec.Settings;

/**
 * What an output of a network is trained for.
 *
 * @param loss of the output against the target
 * @param target name of the field that the output is compared with; several outputs may share one
 * @param weight what multiplies the loss in the sum over a network's outputs, above 0
 */
public record Objective(LossSpec loss, String target, float weight) {
  public Objective {
    Settings.requireAboveZero("loss weight", weight);
  }
}
