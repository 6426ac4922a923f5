package io.gradflow.common.message;

import java.io.Serializable;

/**
 * Which step: the key of its rows and of its random numbers.
 *
 * @param step steps of the run before it, from 0
 * @param epoch from 0
 * @param stepInEpoch from 0
 */
public record StepId(long step, int epoch, int stepInEpoch) implements Serializable {
  public StepId {
    if (step < 0 || epoch < 0 || stepInEpoch < 0) {
      throw new IllegalArgumentException(
          "step "
              + step
              + " (epoch "
              + epoch
              + ", its step "
              + stepInEpoch
              + "); expected none below 0");
    }
  }
}
