package io.gradflow.driver.health;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;

/**
 * How often learning is looked at.
 *
 * @param everySteps steps from one look to the next, the first being at the first step and before
 *     it; 0 for none at all
 * @param rows training rows whose activations are looked at, at most; of the first micro-shard
 */
@Doc("Norms by layer, activations of sampled rows, and findings with advice.")
public record HealthSpec(
    @Default("100") @Doc("Steps from one look to the next; 0 never looks.") int everySteps,
    @Default("64") @Doc("Rows whose activations are looked at, at most.") int rows) {
  public HealthSpec {
    if (everySteps < 0 || rows < 2) {
      throw new IllegalArgumentException(
          "health: everySteps " + everySteps + ", rows " + rows + "; expected at least 0 and 2");
    }
  }

  /** Whether anything is looked at. */
  public boolean isOn() {
    return everySteps > 0;
  }
}
