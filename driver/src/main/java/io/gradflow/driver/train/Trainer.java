package io.gradflow.driver.train;

import io.gradflow.common.array.ArrayKernels;
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
import io.gradflow.worker.replica.RunSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The training loop. Per step: sums from the {@link StepRunner}, one division and the update by the
 * {@link Optimizer}; per epoch: validation, early stopping, reports.
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
  private final BooleanSupplier stop;
  private final HelperThreads helpers;

  private Weights weights;
  private long step;

  /**
   * @param optimizer bound to the network's layout
   * @param steps how a step is computed; not closed by the trainer
   * @param listeners called in this order
   * @param stop asked before every step; once true, the run ends with what it has
   */
  public Trainer(
      TrainSettings settings,
      RunSpec spec,
      Optimizer optimizer,
      StepRunner steps,
      List<TrainingListener> listeners,
      BooleanSupplier stop) {
    this.settings = settings;
    this.plan = spec.batchPlan();
    this.layout = spec.network().layout();
    this.metrics = spec.metricSet();
    this.optimizer = optimizer;
    this.steps = steps;
    this.listeners = List.copyOf(listeners);
    this.stop = stop;
    this.helpers = new HelperThreads(settings.optimizerThreads());
    if (plan.stepsPerEpoch() == 0) {
      throw new GradflowException(ExitCode.BAD_DATA, "there are no training rows; expected some");
    }
  }

  /**
   * Trains from the given weights.
   *
   * @param start the flat vector; the trainer's own from now on, updated in place
   * @return how it went, with the weights to keep
   * @throws GradflowException with {@code DIVERGED} if the numbers stop being finite, naming step,
   *     parameter and micro-shard
   * @throws CancellationException if the thread is interrupted
   */
  public TrainResult train(float[] start) {
    if (start.length != layout.size()) {
      throw new IllegalArgumentException(
          start.length + " weights; the network has " + layout.size());
    }
    long startNanos = System.nanoTime();
    weights = new Weights(0, start);
    step = 0;
    EarlyStopping stopping =
        new EarlyStopping(settings.earlyStopping(), metrics, settings.validation());
    TrainingStart facts =
        new TrainingStart(
            settings.epochs(),
            plan.stepsPerEpoch(),
            plan.rows(),
            plan.batchSize(),
            plan.microShards(),
            layout.size(),
            steps.description());
    listeners.forEach(listener -> listener.onStart(facts));

    EvaluationSums trainSums = new EvaluationSums(metrics);
    Evaluation train = trainSums.result();
    Optional<Evaluation> validation = Optional.empty();
    Ending ending = Ending.COMPLETED;
    int epoch = 0;
    while (epoch < settings.epochs() && ending == Ending.COMPLETED) {
      long epochNanos = System.nanoTime();
      trainSums.reset();
      if (!runEpoch(epoch, trainSums)) {
        ending = Ending.STOPPED;
        break;
      }
      epoch++;
      train = trainSums.result();
      if (settings.validation()) {
        validation = Optional.of(evaluate(Split.VALIDATION));
      }
      boolean best = stopping.epoch(epoch, train, validation, weights.values());
      if (stopping.exhausted()) {
        ending = Ending.EARLY_STOPPED;
      }
      EpochReport report =
          new EpochReport(epoch, step, secondsSince(epochNanos), train, validation, best);
      listeners.forEach(listener -> listener.onEpoch(report));
    }
    requireFinite();
    int bestEpoch = stopping.restore(epoch, weights.values());
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
            train,
            validation);
    listeners.forEach(listener -> listener.onEnd(result));
    return result;
  }

  /** Loss and metrics over a split with the weights as they are now. */
  public Evaluation evaluate(Split split) {
    EvaluationSums sums = new EvaluationSums(metrics);
    sums.add(steps.evaluate(split, weights));
    return sums.result();
  }

  /** False if it was asked to stop. */
  private boolean runEpoch(int epoch, EvaluationSums trainSums) {
    for (int s = 0; s < plan.stepsPerEpoch(); s++) {
      if (stop.getAsBoolean()) {
        return false;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted before step " + (step + 1));
      }
      runStep(new StepId(step, epoch, s), trainSums);
    }
    return true;
  }

  private void runStep(StepId id, EvaluationSums trainSums) {
    StepSum stepSum = steps.run(id, weights);
    SubtreeSum sum = stepSum.sum();
    long updating = System.nanoTime();
    boolean weighs = sum.rows() > 0 && sum.weightSum() > 0;
    if (sum.rows() > 0) {
      requireFinite(id, sum);
    }
    if (weighs) {
      optimizer.apply(
          weights.values(),
          sum.gradientSum(),
          sum.weightSum(),
          id.step(),
          settings.optimizerThreads(),
          helpers);
      weights = new Weights(weights.version() + 1, weights.values());
    }
    long optimizerNanos = System.nanoTime() - updating;
    step++;
    trainSums.add(sum);
    report(id, stepSum, weighs, optimizerNanos);
  }

  private void report(StepId id, StepSum stepSum, boolean weighs, long optimizerNanos) {
    if (listeners.isEmpty()) {
      return;
    }
    SubtreeSum sum = stepSum.sum();
    long known = stepSum.computeNanos() + stepSum.broadcastNanos() + stepSum.reduceNanos();
    StepTimings timings =
        new StepTimings(
            stepSum.totalNanos() + optimizerNanos,
            stepSum.computeNanos(),
            stepSum.broadcastNanos(),
            stepSum.reduceNanos(),
            optimizerNanos,
            Math.max(0, stepSum.totalNanos() - known));
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
            timings);
    for (TrainingListener listener : listeners) {
      listener.onStep(report);
    }
  }

  private void requireFinite(StepId id, SubtreeSum sum) {
    int index = ArrayKernels.firstNonFinite(layout.size(), sum.gradientSum(), 0);
    if (index < 0 && Double.isFinite(sum.lossSum()) && Double.isFinite(sum.weightSum())) {
      return;
    }
    String culprit =
        steps
            .nonFinite(id, weights)
            .orElseGet(
                () ->
                    index < 0
                        ? "the sum of losses is " + sum.lossSum()
                        : "the sum of the gradients of "
                            + layout.at(index).name()
                            + " overflows, though every micro-shard's is finite");
    throw diverged("step " + (id.step() + 1) + ": " + culprit);
  }

  private void requireFinite() {
    int index = ArrayKernels.firstNonFinite(layout.size(), weights.values(), 0);
    if (index >= 0) {
      throw diverged(
          "step " + step + ": " + layout.at(index).name() + " is not finite after the update");
    }
  }

  private GradflowException diverged(String what) {
    return new GradflowException(
        ExitCode.DIVERGED,
        what
            + "; learning rate was "
            + optimizer.learningRate(Math.max(0, step))
            + "; lower it, warm it up, or clip gradients (clip: {globalNorm: 1.0})");
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
