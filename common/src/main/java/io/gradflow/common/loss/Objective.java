package io.gradflow.common.loss;

/**
 * What an output of a network is trained for.
 *
 * @param loss of the output against the target
 * @param target name of the field that the output is compared with; several outputs may share one
 * @param weight what multiplies the loss in the sum over a network's outputs, above 0
 */
public record Objective(LossSpec loss, String target, float weight) {
  public Objective {
    if (!(weight > 0 && weight < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "loss weight " + weight + "; expected a finite number above 0");
    }
  }
}
