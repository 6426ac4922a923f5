package io.gradflow.driver.train;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.optim.Optimizer;
import java.util.Optional;

/**
 * Where a run stands: its weights, its counters, its sums; and the state from which another trainer
 * goes on. The trainer's own, in its thread.
 */
final class RunPosition {
  final EvaluationSums epochSums;

  /** The flat vector, updated in place, under the version that executors know it by. */
  Weights weights;

  /** Steps taken, of the run and of the epoch. */
  long step;

  int stepInEpoch;

  /** Epochs completed. */
  int epoch;

  /** Of the run's steps, those that earlier processes have taken. */
  long earlierSteps;

  int rollbacks;
  int skipsInARow;
  Optional<RunningSums> lastTrain = Optional.empty();
  Optional<RunningSums> lastValidation = Optional.empty();

  private final ParamLayout layout;
  private final Optimizer optimizer;
  private final Plateau plateau;
  private EarlyStopping stopping;
  private long version;
  private double earlierSeconds;
  private long startNanos;

  RunPosition(ParamLayout layout, Optimizer optimizer, Plateau plateau, EvaluationSums epochSums) {
    this.layout = layout;
    this.optimizer = optimizer;
    this.plateau = plateau;
    this.epochSums = epochSums;
  }

  /**
   * Stands at the beginning.
   *
   * @param values the weights, the run's own from now on
   */
  void start(float[] values, EarlyStopping watch) {
    checkLength(values);
    stopping = watch;
    weights = new Weights(newVersion(), values);
    step = 0;
    epoch = 0;
    stepInEpoch = 0;
    earlierSeconds = 0;
    epochSums.reset();
  }

  /** Stands where a kept state says; its arrays are copied. */
  void resume(TrainingState state, EarlyStopping watch) {
    checkLength(state.weights());
    stopping = watch;
    weights = new Weights(newVersion(), new float[layout.size()]);
    install(state);
    earlierSeconds = state.seconds();
  }

  /** Training begins here in this process. */
  void begin(long nanos) {
    startNanos = nanos;
    earlierSteps = step;
  }

  /** What training has taken, in all processes of the run. */
  double totalSeconds() {
    return earlierSeconds + (System.nanoTime() - startNanos) / 1e9;
  }

  /** A version that no weights of this run have had. */
  long newVersion() {
    return ++version;
  }

  /** The version that {@link #newVersion} gives next. */
  long nextVersion() {
    return version + 1;
  }

  /** Puts the same array under a new version: executors know weights by the newest one. */
  void renew() {
    weights = new Weights(newVersion(), weights.values());
  }

  /** The state as it is; its arrays are the run's own. */
  TrainingState state() {
    return new TrainingState(
        step,
        epoch,
        stepInEpoch,
        optimizer.learningRateFactor(),
        rollbacks,
        skipsInARow,
        totalSeconds(),
        epochSums.sums(),
        lastTrain,
        lastValidation,
        stopping.state(),
        plateau.state(),
        weights.values(),
        optimizer.state());
  }

  /** Goes to a state, with the same array of weights. */
  void install(TrainingState state) {
    optimizer.restore(state.optimizer());
    optimizer.learningRateFactor(state.learningRateFactor());
    System.arraycopy(state.weights(), 0, weights.values(), 0, layout.size());
    renew();
    step = state.step();
    epoch = state.epoch();
    stepInEpoch = state.stepInEpoch();
    rollbacks = state.rollbacks();
    skipsInARow = state.skipsInARow();
    epochSums.restore(state.epochSums());
    lastTrain = state.lastTrain();
    lastValidation = state.lastValidation();
    stopping.restore(state.stopping());
    plateau.restore(state.plateau());
    optimizer.plateauFactor(state.plateau().factor());
  }

  /** What the schedule's learning rates are multiplied by. */
  double learningRateFactor() {
    return optimizer.learningRateFactor();
  }

  void learningRateFactor(double factor) {
    optimizer.learningRateFactor(factor);
  }

  /** The rate that a step is taken with. */
  double learningRate(long ofStep) {
    return optimizer.learningRate(Math.max(0, ofStep));
  }

  private void checkLength(float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          values.length + " weights; the network has " + layout.size());
    }
  }
}
