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
import io.gradflow.driver.health.LearningHealth;
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
  private final int stepsPerEpoch;
  private final EvaluatedWeights evaluated;
  private final Optional<LearningHealth> health;
  private final Plateau plateau;
  private final Audience audience;
  private final StateKeeper keeper;
  private final BooleanSupplier stop;
  private final HelperThreads helpers;
  private final FiniteCheck finite;
  private final EvaluationSums epochSums;
  private final EvaluationSums evaluationSums;
  private final LossTrend trend;

  private EarlyStopping stopping;
  private Weights weights;
  private long version;
  private long startNanos;
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
   * @param health looks at steps now and then
   * @param stop asked between steps; once true, the run ends with what it has
   */
  public Trainer(
      TrainSettings settings,
      RunSpec spec,
      Optimizer optimizer,
      StepRunner steps,
      List<TrainingListener> listeners,
      StateKeeper keeper,
      Optional<LearningHealth> health,
      BooleanSupplier stop) {
    this.health = health;
    this.settings = settings;
    this.plan = spec.batchPlan();
    this.layout = spec.network().layout();
    this.metrics = spec.metricSet();
    this.optimizer = optimizer;
    Passes passes = Passes.of(steps, plan, settings.accumulate(), optimizer.perturbation(), layout);
    this.steps = passes.steps();
    this.stepsPerEpoch = passes.perEpoch();
    this.evaluated =
        new EvaluatedWeights(
            layout, plan, optimizer, passes, () -> ++version, settings.refreshSteps());
    this.plateau = new Plateau(optimizer.plateau(), metrics, settings.validation());
    this.audience = new Audience(listeners);
    this.keeper = keeper;
    this.stop = stop;
    this.helpers = new HelperThreads(settings.optimizerThreads());
    this.finite = new FiniteCheck(layout, this.steps);
    this.epochSums = new EvaluationSums(metrics);
    this.evaluationSums = new EvaluationSums(metrics);
    this.trend = new LossTrend(settings.lossSpike());
    if (plan.stepsPerEpoch() == 0) {
      throw new GradflowException(ExitCode.BAD_DATA, "there are no training rows; expected some");
    }
  }

  /** A trainer whose steps are not looked at. */
  public Trainer(
      TrainSettings settings,
      RunSpec spec,
      Optimizer optimizer,
      StepRunner steps,
      List<TrainingListener> listeners,
      StateKeeper keeper,
      BooleanSupplier stop) {
    this(settings, spec, optimizer, steps, listeners, keeper, Optional.empty(), stop);
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
    weights = fresh(start);
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
    weights = fresh(new float[layout.size()]);
    install(state);
    return run();
  }

  private TrainResult run() {
    startNanos = System.nanoTime();
    TrainingStart facts =
        new TrainingStart(
            step,
            settings.epochs(),
            stepsPerEpoch,
            plan.rows(),
            plan.batchSize() * settings.accumulate(),
            plan.microShards(),
            layout.size(),
            steps.description());
    audience.start(facts);
    if (step > 0) {
      notice(Kind.RESUMED, "resumed after step %d, epoch %d".formatted(step, epoch + 1));
    } else if (settings.onNonFinite() instanceof OnNonFinite.Rollback) {
      keeper.keep(state());
    }
    if (step == 0) {
      health.ifPresent(each -> audience.health(each.start(weights.values())));
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
    int bestEpoch = epoch;
    Optional<RunningSums> validation = lastValidation;
    if (stopping.restores()) {
      bestEpoch = stopping.restore(epoch, weights.values());
      validation = bestEpoch == epoch ? validation : stopping.bestValidation();
    } else if (optimizer.hasAverage()) {
      float[] kept = evaluated.of(weights, Math.max(0, epoch - 1)).values();
      System.arraycopy(kept, 0, weights.values(), 0, layout.size());
    }
    weights = fresh(weights.values());
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
    audience.end(result);
    return result;
  }

  /** Loss and metrics over a split with the weights as they are now. */
  public Evaluation evaluate(Split split) {
    return result(sumsOver(split, weights));
  }

  /** The same array under a version that no other weights of this trainer have had. */
  private Weights fresh(float[] values) {
    return new Weights(++version, values);
  }

  private Ending runEpochs() {
    while (true) {
      if (epoch > 0 && stepInEpoch == 0 && stopping.exhausted()) {
        return Ending.EARLY_STOPPED;
      }
      if (epoch > 0 && stepInEpoch == 0 && stopping.reached()) {
        return Ending.TARGET_REACHED;
      }
      if (epoch >= settings.epochs()) {
        return Ending.COMPLETED;
      }
      long epochNanos = System.nanoTime();
      while (stepInEpoch < stepsPerEpoch) {
        if (stop.getAsBoolean()) {
          return Ending.STOPPED;
        }
        if (settings.limits().areReached(step, System.nanoTime() - startNanos)) {
          if (stepInEpoch > 0) {
            endEpoch(epochNanos);
          }
          return Ending.LIMIT_REACHED;
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
    boolean looked = weighs && health.isPresent() && health.get().isDue(id.step());
    if (looked) {
      health.get().before(weights.values(), sum.gradientSum(), sum.weightSum());
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
      weights = fresh(weights.values());
    }
    long optimizerNanos = System.nanoTime() - updating;
    skipsInARow = 0;
    epochSums.add(sum);
    step++;
    stepInEpoch++;
    report(id, stepSum, weighs, optimizerNanos);
    if (looked) {
      audience.health(health.get().after(step, weights.values(), sum.lossSum() / sum.weightSum()));
    }
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
    if (stepInEpoch < stepsPerEpoch && keeper.isDueAfterStep(step)) {
      keeper.keep(state());
    }
  }

  private void endEpoch(long epochNanos) {
    Evaluation train = epochSums.result();
    lastTrain = Optional.of(epochSums.sums());
    Weights shown = evaluated.of(weights, epoch);
    Optional<RunningSums> validation =
        settings.validation() ? Optional.of(sumsOver(Split.VALIDATION, shown)) : Optional.empty();
    lastValidation = validation;
    epoch++;
    stepInEpoch = 0;
    epochSums.reset();
    Optional<Evaluation> figures = validation.map(this::result);
    boolean best = stopping.epoch(epoch, train, figures, validation, shown.values());
    // Executors know the weights by the newest version.
    weights = optimizer.hasAverage() ? fresh(weights.values()) : weights;
    EpochReport report =
        new EpochReport(epoch, step, secondsSince(epochNanos), train, figures, best);
    audience.epoch(report);
    if (plateau.epoch(train, figures)) {
      optimizer.plateauFactor(plateau.state().factor());
      notice(
          Kind.RATE_LOWERED,
          "no improvement: the learning rate is " + optimizer.learningRate(step) + " now");
    }
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
        plateau.state(),
        weights.values(),
        optimizer.state());
  }

  private void install(TrainingState state) {
    optimizer.restore(state.optimizer());
    optimizer.learningRateFactor(state.learningRateFactor());
    System.arraycopy(state.weights(), 0, weights.values(), 0, layout.size());
    // Executors know weights by their version, so that of a state gone back to is a new one.
    weights = fresh(weights.values());
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

  private RunningSums sumsOver(Split split, Weights of) {
    evaluationSums.reset();
    evaluationSums.add(steps.evaluate(split, of));
    return evaluationSums.sums();
  }

  private Evaluation result(RunningSums sums) {
    evaluationSums.restore(sums);
    return evaluationSums.result();
  }

  private void report(StepId id, StepSum stepSum, boolean weighs, long optimizerNanos) {
    if (audience.isEmpty()) {
      return;
    }
    SubtreeSum sum = stepSum.sum();
    StepReport report =
        new StepReport(
            step,
            id.epoch() + 1,
            id.stepInEpoch() + 1,
            stepsPerEpoch,
            sum.rows(),
            sum.weightSum(),
            sum.lossSum() / sum.weightSum(),
            optimizer.learningRate(id.step()),
            weighs ? optimizer.gradientNorm() : 0,
            stepSum.tasks(),
            StepTimings.of(stepSum, optimizerNanos));
    audience.step(report);
  }

  private void notice(Kind kind, String text) {
    audience.notice(step, kind, text);
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
