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
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.parallel.HelperThreads;
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
  private final BlockTeam team;
  private final FiniteCheck finite;
  private final EvaluationSums evaluationSums;
  private final LossTrend trend;

  private final RunPosition at;
  private final NonFiniteSteps nonFinite;

  private EarlyStopping stopping;
  private long startNanos;

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
    this.plateau = new Plateau(optimizer.plateau(), metrics, settings.validation());
    this.at = new RunPosition(layout, optimizer, plateau, new EvaluationSums(metrics));
    Passes passes = Passes.of(steps, plan, settings.accumulate(), optimizer.perturbation(), layout);
    this.steps = passes.steps();
    this.stepsPerEpoch = passes.perEpoch();
    this.evaluated =
        new EvaluatedWeights(
            layout, plan, optimizer, passes, at::newVersion, settings.refreshSteps());
    this.audience = new Audience(listeners);
    this.keeper = keeper;
    this.stop = stop;
    int threads = settings.optimizerThreads();
    this.team = new BlockTeam(threads, new HelperThreads("gradflow-optimizer", threads));
    this.finite = new FiniteCheck(layout, this.steps);
    this.nonFinite = new NonFiniteSteps(settings.onNonFinite(), finite, keeper, audience, at);
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
    watch();
    at.start(start, stopping);
    return run();
  }

  /**
   * Goes on from a state that an earlier trainer kept.
   *
   * @param state of a run of the same network, optimizer and metrics; its arrays are copied
   * @return as {@link #train}
   */
  public TrainResult resume(TrainingState state) {
    watch();
    at.resume(state, stopping);
    return run();
  }

  /**
   * Takes a finished training of the same run as its own: what was reported is reported again, the
   * weights can be evaluated. Trains nothing.
   *
   * @param result its weights are the trainer's from now on
   */
  public TrainResult adopt(TrainResult result, Recording recording) {
    watch();
    at.start(result.weights(), stopping);
    audience.replay(recording);
    return result;
  }

  private void watch() {
    stopping = new EarlyStopping(settings.earlyStopping(), metrics, settings.validation());
  }

  private TrainResult run() {
    startNanos = System.nanoTime();
    at.begin(startNanos);
    TrainingStart facts =
        new TrainingStart(
            at.step,
            settings.epochs(),
            stepsPerEpoch,
            plan.rows(),
            plan.batchSize() * settings.accumulate(),
            plan.microShards(),
            layout.size(),
            steps.description());
    audience.start(facts);
    if (at.step > 0) {
      notice(Kind.RESUMED, "resumed after step %d, epoch %d".formatted(at.step, at.epoch + 1));
    } else if (settings.onNonFinite() instanceof OnNonFinite.Rollback) {
      keeper.keep(at.state());
    }
    if (at.step == 0) {
      health.ifPresent(each -> audience.health(each.start(at.weights.values())));
    }
    Ending ending = runEpochs();
    finite
        .ofWeights(at.step, at.weights)
        .ifPresent(
            what -> {
              throw nonFinite.diverged(what, at.step);
            });
    if (ending == Ending.STOPPED) {
      keeper.keepLast(at.state());
    }
    int bestEpoch = at.epoch;
    Optional<RunningSums> validation = at.lastValidation;
    if (stopping.restores()) {
      bestEpoch = stopping.restore(at.epoch, at.weights.values());
      validation = bestEpoch == at.epoch ? validation : stopping.bestValidation();
    } else if (optimizer.hasAverage()) {
      float[] kept = evaluated.of(at.weights, Math.max(0, at.epoch - 1)).values();
      System.arraycopy(kept, 0, at.weights.values(), 0, layout.size());
    }
    at.renew();
    TrainResult result =
        new TrainResult(
            at.weights.values(),
            WeightsDigest.sha256(at.weights.values()),
            ending,
            at.epoch,
            at.step,
            secondsSince(startNanos),
            at.totalSeconds(),
            at.earlierSteps,
            bestEpoch,
            at.lastTrain.map(this::result).orElseGet(at.epochSums::result),
            validation.map(this::result),
            plateau.outcome());
    audience.end(result);
    return result;
  }

  /** Loss and metrics over a split with the weights as they are now. */
  public Evaluation evaluate(Split split) {
    return result(sumsOver(split, at.weights));
  }

  private Ending runEpochs() {
    while (true) {
      if (at.epoch > 0 && at.stepInEpoch == 0 && stopping.exhausted()) {
        return Ending.EARLY_STOPPED;
      }
      if (at.epoch > 0 && at.stepInEpoch == 0 && stopping.reached()) {
        return Ending.TARGET_REACHED;
      }
      if (at.epoch >= settings.epochs()) {
        return Ending.COMPLETED;
      }
      long epochNanos = System.nanoTime();
      while (at.stepInEpoch < stepsPerEpoch) {
        if (stop.getAsBoolean()) {
          return Ending.STOPPED;
        }
        if (settings.limits().areReached(at.step, System.nanoTime() - startNanos)) {
          if (at.stepInEpoch > 0) {
            endEpoch(epochNanos);
          }
          return Ending.LIMIT_REACHED;
        }
        runStep(new StepId(at.step, at.epoch, at.stepInEpoch));
      }
      if (stop.getAsBoolean()) {
        return Ending.STOPPED;
      }
      endEpoch(epochNanos);
    }
  }

  private void runStep(StepId id) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted before step " + (at.step + 1));
    }
    StepSum stepSum = steps.run(id, at.weights);
    SubtreeSum sum = stepSum.sum();
    long updating = System.nanoTime();
    boolean weighs = sum.rows() > 0 && sum.weightSum() > 0;
    if (sum.rows() > 0) {
      Optional<String> culprit = finite.ofStep(id, sum, at.weights);
      if (culprit.isPresent()) {
        nonFinite.handle(culprit.get(), id);
        return;
      }
    }
    boolean looked = weighs && health.isPresent() && health.get().isDue(id.step());
    if (looked) {
      health.get().before(at.weights.values(), sum.gradientSum(), sum.weightSum());
    }
    if (weighs) {
      announceNext();
      optimizer.apply(at.weights.values(), sum.gradientSum(), sum.weightSum(), id.step(), team);
      Statistics.update(layout, at.weights.values(), sum.gradientSum(), sum.rows());
      at.renew();
    }
    long optimizerNanos = System.nanoTime() - updating;
    at.skipsInARow = 0;
    at.epochSums.add(sum);
    at.step++;
    at.stepInEpoch++;
    report(id, stepSum, weighs, optimizerNanos);
    if (looked) {
      audience.health(
          health.get().after(at.step, at.weights.values(), sum.lossSum() / sum.weightSum()));
    }
    if (weighs && trend.leaps(sum.lossSum() / sum.weightSum())) {
      notice(
          Kind.LOSS_SPIKE,
          String.format(
              Locale.ROOT,
              "step %d: loss %.4f leaps, it was %.4f on average",
              at.step,
              sum.lossSum() / sum.weightSum(),
              trend.mean()));
    }
    if (at.stepInEpoch < stepsPerEpoch && keeper.isDueAfterStep(at.step)) {
      keeper.keep(at.state());
    }
  }

  /** Within an epoch the step that follows is known before its weights are. */
  private void announceNext() {
    if (at.stepInEpoch + 1 < stepsPerEpoch) {
      steps.announce(new StepId(at.step + 1, at.epoch, at.stepInEpoch + 1), at.nextVersion());
    }
  }

  private void endEpoch(long epochNanos) {
    Evaluation train = at.epochSums.result();
    at.lastTrain = Optional.of(at.epochSums.sums());
    Weights shown = evaluated.of(at.weights, at.epoch);
    Optional<RunningSums> validation =
        settings.validation() ? Optional.of(sumsOver(Split.VALIDATION, shown)) : Optional.empty();
    at.lastValidation = validation;
    at.epoch++;
    at.stepInEpoch = 0;
    at.epochSums.reset();
    Optional<Evaluation> figures = validation.map(this::result);
    boolean best = stopping.epoch(at.epoch, train, figures, validation, shown.values());
    // Executors know the weights by the newest version.
    if (optimizer.hasAverage()) {
      at.renew();
    }
    EpochReport report =
        new EpochReport(at.epoch, at.step, secondsSince(epochNanos), train, figures, best);
    audience.epoch(report);
    if (plateau.epoch(at.epoch, train, figures)) {
      optimizer.plateauFactor(plateau.state().factor());
      notice(
          Kind.RATE_LOWERED,
          "no improvement: the learning rate is " + optimizer.learningRate(at.step) + " now");
    }
    if (keeper.isDueAfterEpoch(at.step, at.epoch, best)) {
      keeper.keep(at.state());
    }
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
            at.step,
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
    audience.notice(at.step, kind, text);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
