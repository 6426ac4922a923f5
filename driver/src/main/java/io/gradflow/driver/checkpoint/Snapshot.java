package io.gradflow.driver.checkpoint;

import io.gradflow.driver.train.StoppingState;
import io.gradflow.driver.train.TrainingState;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A copy of a run's state in arrays that are used again for the next one. One owner at a time. */
public final class Snapshot {
  private final SortedMap<String, float[]> optimizer = new TreeMap<>();
  private float[] weights = {};
  private float[] best = {};

  /** The same state in this snapshot's arrays; valid until the next call. */
  public TrainingState of(TrainingState state) {
    weights = copy(state.weights(), weights);
    optimizer.keySet().retainAll(state.optimizer().keySet());
    state
        .optimizer()
        .forEach((name, array) -> optimizer.compute(name, (key, to) -> copy(array, to)));
    StoppingState stopping = state.stopping();
    Optional<float[]> bestWeights = stopping.bestWeights();
    if (bestWeights.isPresent()) {
      best = copy(bestWeights.get(), best);
      bestWeights = Optional.of(best);
    }
    return new TrainingState(
        state.step(),
        state.epoch(),
        state.stepInEpoch(),
        state.learningRateFactor(),
        state.rollbacks(),
        state.skipsInARow(),
        state.seconds(),
        state.epochSums(),
        state.lastTrain(),
        state.lastValidation(),
        new StoppingState(
            stopping.best(),
            stopping.bestEpoch(),
            stopping.waited(),
            stopping.bestValidation(),
            bestWeights),
        state.plateau(),
        weights,
        optimizer);
  }

  private static float[] copy(float[] from, float[] to) {
    if (to == null || to.length != from.length) {
      return from.clone();
    }
    System.arraycopy(from, 0, to, 0, from.length);
    return to;
  }
}
