package io.gradflow.common.loss;

import io.gradflow.common.data.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network's outputs are trained for, in their order; none if it only predicts.
 *
 * @param outputs one an output
 */
public record Objectives(List<Objective> outputs) {
  /** A network that only predicts. */
  public static final Objectives NONE = new Objectives(List.of());

  public Objectives {
    outputs = List.copyOf(outputs);
  }

  /**
   * A loss of weight 1 for every output, against the targets in order.
   *
   * @throws IllegalArgumentException if they are not as many
   */
  public static Objectives of(List<LossSpec> losses, List<Field> targets) {
    if (!losses.isEmpty() && losses.size() != targets.size()) {
      throw new IllegalArgumentException(
          "there are " + losses.size() + " losses and " + targets.size() + " targets");
    }
    List<Objective> outputs = new ArrayList<>();
    for (int i = 0; i < losses.size(); i++) {
      outputs.add(new Objective(losses.get(i), targets.get(i).name(), 1));
    }
    return new Objectives(outputs);
  }

  public int size() {
    return outputs.size();
  }

  public Objective get(int output) {
    return outputs.get(output);
  }
}
