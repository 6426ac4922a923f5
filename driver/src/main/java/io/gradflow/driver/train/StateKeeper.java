package io.gradflow.driver.train;

import java.util.Optional;

/**
 * Keeps a run's state outside of the run, so that it, or a later one, can go back to it. Called on
 * the trainer's thread, between steps.
 */
public interface StateKeeper {
  /** Keeps nothing. */
  StateKeeper NONE =
      new StateKeeper() {
        @Override
        public boolean isDueAfterStep(long step) {
          return false;
        }

        @Override
        public boolean isDueAfterEpoch(long step, int epoch, boolean best) {
          return false;
        }

        @Override
        public void keep(TrainingState state) {}

        @Override
        public void keepLast(TrainingState state) {}

        @Override
        public Optional<TrainingState> goBack() {
          return Optional.empty();
        }
      };

  /**
   * Whether to keep the state after a step that does not end its epoch.
   *
   * @param step steps taken
   */
  boolean isDueAfterStep(long step);

  /**
   * Whether to keep the state after an epoch and its validation.
   *
   * @param epoch epochs that have ended
   * @param best whether it is the best so far of what early stopping watches
   */
  boolean isDueAfterEpoch(long step, int epoch, boolean best);

  /** Keeps a copy; what takes long goes on in the background. */
  void keep(TrainingState state);

  /** Keeps a copy for good before it returns: the run is about to stop. */
  void keepLast(TrainingState state);

  /**
   * The newest state kept at a place that depends on the steps alone, not on time or signals; what
   * was kept later is forgotten. Empty if there is none.
   */
  Optional<TrainingState> goBack();
}
