package io.gradflow.driver.train;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.common.metric.MetricSet;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import io.gradflow.driver.train.TrainResult.Ending;
import io.gradflow.driver.train.TrainingNotice.Kind;
import io.gradflow.worker.replica.RunSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The training loop. Per step: sums from the {@link StepRunner}, one division and the update by the
 * {@link Optimizer}; per epoch: validation, early stopping, reports; between steps: the {@link
 * StateKeeper}, from whose states a later trainer goes on to the same bits.
 *
 * <p>Owns the weights while it runs; one thread. A step whose rows weigh nothing changes nothing.
 */
public final class Trainer {
  private final TrainSettings settings;
  private final BatchPlan plan;
  private final ParamLayout layout;
  private final MetricSet metrics;
  private final Optimizer optimizer;
  private final StepRunner steps;
  private final List<TrainingListener> listeners;
  private final StateKeeper keeper;
  private final BooleanSupplier stop;
  private final HelperThreads helpers;
  private final FiniteCheck finite;
  private final EvaluationSums epochSums;
  private final EvaluationSums evaluationSums;
  private final LossTrend trend;

  private EarlyStopping stopping;
  private Weights weights;
  private long step;
  private int epoch;
  private int stepInEpoch;
  private int rollbacks;
  private int skipsInARow;
  private Optional<RunningSums> lastTrain = Optional.empty();
  private Optional<RunningSums> lastValidation = Optional.empty();

  /**
   * @param optimizer bound to the network's layout
   * @param steps how a step is computed; not closed by the trainer
   * @param listeners called in this order
   * @param keeper where the state is kept now and then, and last when the run stops
   * @param stop asked between steps; once true, the run ends with what it has
   */
  public Trainer(
      TrainSettings settings,
      RunSpec spec,
      Optimizer optimizer,
      StepRunner steps,
      List<TrainingListener> listeners,
      StateKeeper keeper,
      BooleanSupplier stop) {
    this.settings = settings;
    this.plan = spec.batchPlan();
    this.layout = spec.network().layout();
    this.metrics = spec.metricSet();
    this.optimizer = optimizer;
    this.steps = steps;
    this.listeners = List.copyOf(listeners);
    this.keeper = keeper;
    this.stop = stop;
    this.helpers = new HelperThreads(settings.optimizerThreads());
    this.finite = new FiniteCheck(layout, steps);
    this.epochSums = new EvaluationSums(metrics);
    this.evaluationSums = new EvaluationSums(metrics);
    this.trend = new LossTrend(settings.lossSpike());
    if (plan.stepsPerEpoch() == 0) {
      throw new GradflowException(ExitCode.BAD_DATA, "there are no training rows; expected some");
    }
  }

  /** A trainer whose state is not kept. */
  public Trainer(
      TrainSettings settings,
      RunSpec spec,
      Optimizer optimizer,
      StepRunner steps,
      List<TrainingListener> listeners,
      BooleanSupplier stop) {
    this(settings, spec, optimizer, steps, listeners, StateKeeper.NONE, stop);
  }

  /**
   * Trains from the given weights, with the optimizer's state as it is.
   *
   * @param start the flat vector; the trainer's own from now on, updated in place
   * @return how it went, with the weights to keep
   * @throws GradflowException with {@code DIVERGED} if the numbers stop being finite, naming step,
   *     parameter and micro-shard
   * @throws CancellationException if the thread is interrupted
   */
  public TrainResult train(float[] start) {
    checkLength(start);
    stopping = new EarlyStopping(settings.earlyStopping(), metrics, settings.validation());
    weights = new Weights(0, start);
    step = 0;
    epoch = 0;
    stepInEpoch = 0;
    epochSums.reset();
    return run();
  }

  /**
   * Goes on from a state that an earlier trainer kept.
   *
   * @param state of a run of the same network, optimizer and metrics; its arrays are copied
   * @return as {@link #train}
   */
  public TrainResult resume(TrainingState state) {
    checkLength(state.weights());
    stopping = new EarlyStopping(settings.earlyStopping(), metrics, settings.validation());
    weights = new Weights(state.step(), new float[layout.size()]);
    install(state);
    return run();
  }

  private TrainResult run() {
    long startNanos = System.nanoTime();
    TrainingStart facts =
        new TrainingStart(
            step,
            settings.epochs(),
            plan.stepsPerEpoch(),
            plan.rows(),
            plan.batchSize(),
            plan.microShards(),
            layout.size(),
            steps.description());
    listeners.forEach(listener -> listener.onStart(facts));
    if (step > 0) {
      notice(Kind.RESUMED, "resumed after step %d, epoch %d".formatted(step, epoch + 1));
    } else if (settings.onNonFinite() instanceof OnNonFinite.Rollback) {
      keeper.keep(state());
    }
    Ending ending = runEpochs();
    finite
        .ofWeights(step, weights)
        .ifPresent(
            what -> {
              throw diverged(what, step);
            });
    if (ending == Ending.STOPPED) {
      keeper.keepLast(state());
    }
    int bestEpoch = stopping.restore(epoch, weights.values());
    Optional<RunningSums> validation = lastValidation;
    if (bestEpoch != epoch) {
      weights = new Weights(weights.version() + 1, weights.values());
      validation = stopping.bestValidation();
    }
    TrainResult result =
        new TrainResult(
            weights.values(),
            WeightsDigest.sha256(weights.values()),
            ending,
            epoch,
            step,
            secondsSince(startNanos),
            bestEpoch,
            lastTrain.map(this::result).orElseGet(epochSums::result),
            validation.map(this::result));
    listeners.forEach(listener -> listener.onEnd(result));
    return result;
  }

  /** Loss and metrics over a split with the weights as they are now. */
  public Evaluation evaluate(Split split) {
    return result(sumsOver(split));
  }

  private Ending runEpochs() {
    while (true) {
      if (epoch > 0 && stepInEpoch == 0 && stopping.exhausted()) {
        return Ending.EARLY_STOPPED;
      }
      if (epoch >= settings.epochs()) {
        return Ending.COMPLETED;
      }
      long epochNanos = System.nanoTime();
      while (stepInEpoch < plan.stepsPerEpoch()) {
        if (stop.getAsBoolean()) {
          return Ending.STOPPED;
        }
        runStep(new StepId(step, epoch, stepInEpoch));
      }
      if (stop.getAsBoolean()) {
        return Ending.STOPPED;
      }
      endEpoch(epochNanos);
    }
  }

  private void runStep(StepId id) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted before step " + (step + 1));
    }
    StepSum stepSum = steps.run(id, weights);
    SubtreeSum sum = stepSum.sum();
    long updating = System.nanoTime();
    boolean weighs = sum.rows() > 0 && sum.weightSum() > 0;
    if (sum.rows() > 0) {
      Optional<String> culprit = finite.ofStep(id, sum, weights);
      if (culprit.isPresent()) {
        nonFinite(culprit.get(), id);
        return;
      }
    }
    if (weighs) {
      optimizer.apply(
          weights.values(),
          sum.gradientSum(),
          sum.weightSum(),
          id.step(),
          settings.optimizerThreads(),
          helpers);
      Statistics.update(layout, weights.values(), sum.gradientSum(), sum.rows());
      weights = new Weights(weights.version() + 1, weights.values());
    }
    long optimizerNanos = System.nanoTime() - updating;
    skipsInARow = 0;
    epochSums.add(sum);
    step++;
    stepInEpoch++;
    report(id, stepSum, weighs, optimizerNanos);
    if (weighs && trend.leaps(sum.lossSum() / sum.weightSum())) {
      notice(
          Kind.LOSS_SPIKE,
          String.format(
              Locale.ROOT,
              "step %d: loss %.4f leaps, it was %.4f on average",
              step,
              sum.lossSum() / sum.weightSum(),
              trend.mean()));
    }
    if (stepInEpoch < plan.stepsPerEpoch() && keeper.isDueAfterStep(step)) {
      keeper.keep(state());
    }
  }

  private void endEpoch(long epochNanos) {
    Evaluation train = epochSums.result();
    lastTrain = Optional.of(epochSums.sums());
    Optional<RunningSums> validation =
        settings.validation() ? Optional.of(sumsOver(Split.VALIDATION)) : Optional.empty();
    lastValidation = validation;
    epoch++;
    stepInEpoch = 0;
    epochSums.reset();
    Optional<Evaluation> figures = validation.map(this::result);
    boolean best = stopping.epoch(epoch, train, figures, validation, weights.values());
    EpochReport report =
        new EpochReport(epoch, step, secondsSince(epochNanos), train, figures, best);
    listeners.forEach(listener -> listener.onEpoch(report));
    if (keeper.isDueAfterEpoch(step, epoch, best)) {
      keeper.keep(state());
    }
  }

  /** Fails, skips or rolls back, as the settings say. */
  private void nonFinite(String culprit, StepId id) {
    OnNonFinite policy = settings.onNonFinite();
    // Weights that are not finite already would spoil every step to come.
    Optional<String> broken = finite.ofWeights(id.step(), weights);
    if (policy instanceof OnNonFinite.SkipStep skip && broken.isEmpty()) {
      skipsInARow++;
      if (skipsInARow > skip.inARow()) {
        throw diverged(culprit + "; " + skip.inARow() + " steps before it were skipped", step);
      }
      step++;
      stepInEpoch++;
      notice(Kind.STEP_SKIPPED, culprit + "; the step is skipped");
    } else if (policy instanceof OnNonFinite.Rollback rollback) {
      rollBack(culprit, id, rollback);
    } else {
      throw diverged(broken.orElse(culprit), id.step());
    }
  }

  private void rollBack(String culprit, StepId id, OnNonFinite.Rollback rollback) {
    if (rollbacks >= rollback.times()) {
      throw diverged(culprit + ", after " + rollbacks + " rollbacks", id.step());
    }
    TrainingState back =
        keeper
            .goBack()
            .orElseThrow(
                () -> diverged(culprit + "; there is no checkpoint to go back to", id.step()));
    int count = rollbacks + 1;
    double factor = optimizer.learningRateFactor() * rollback.learningRateFactor();
    install(back);
    rollbacks = count;
    optimizer.learningRateFactor(factor);
    notice(
        Kind.ROLLED_BACK,
        culprit + "; back to step " + step + ", with the learning rate times " + factor);
  }

  /** The state as it is; its arrays are the run's own. */
  private TrainingState state() {
    return new TrainingState(
        step,
        epoch,
        stepInEpoch,
        optimizer.learningRateFactor(),
        rollbacks,
        skipsInARow,
        epochSums.sums(),
        lastTrain,
        lastValidation,
        stopping.state(),
        weights.values(),
        optimizer.state());
  }

  private void install(TrainingState state) {
    optimizer.restore(state.optimizer());
    optimizer.learningRateFactor(state.learningRateFactor());
    System.arraycopy(state.weights(), 0, weights.values(), 0, layout.size());
    // Executors know weights by their version, so that of a state gone back to is a new one.
    weights = new Weights(weights.version() + 1, weights.values());
    step = state.step();
    epoch = state.epoch();
    stepInEpoch = state.stepInEpoch();
    rollbacks = state.rollbacks();
    skipsInARow = state.skipsInARow();
    epochSums.restore(state.epochSums());
    lastTrain = state.lastTrain();
    lastValidation = state.lastValidation();
    stopping.restore(state.stopping());
  }

  private RunningSums sumsOver(Split split) {
    evaluationSums.reset();
    evaluationSums.add(steps.evaluate(split, weights));
    return evaluationSums.sums();
  }

  private Evaluation result(RunningSums sums) {
    evaluationSums.restore(sums);
    return evaluationSums.result();
  }

  private void report(StepId id, StepSum stepSum, boolean weighs, long optimizerNanos) {
    if (listeners.isEmpty()) {
      return;
    }
    SubtreeSum sum = stepSum.sum();
    StepReport report =
        new StepReport(
            step,
            id.epoch() + 1,
            id.stepInEpoch() + 1,
            plan.stepsPerEpoch(),
            sum.rows(),
            sum.weightSum(),
            sum.lossSum() / sum.weightSum(),
            optimizer.learningRate(id.step()),
            weighs ? optimizer.gradientNorm() : 0,
            stepSum.tasks(),
            StepTimings.of(stepSum, optimizerNanos));
    for (TrainingListener listener : listeners) {
      listener.onStep(report);
    }
  }

  private void notice(Kind kind, String text) {
    TrainingNotice notice = new TrainingNotice(step, kind, text);
    listeners.forEach(listener -> listener.onNotice(notice));
  }

  private GradflowException diverged(String what, long atStep) {
    return FiniteCheck.diverged(what, optimizer.learningRate(Math.max(0, atStep)));
  }

  private void checkLength(float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          values.length + " weights; the network has " + layout.size());
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
