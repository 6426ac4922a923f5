package io.gradflow.driver.job;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.driver.health.HealthSpec;
import io.gradflow.driver.step.StepRunnerKind;
import io.gradflow.driver.train.EarlyStoppingSpec;
import io.gradflow.driver.train.OnNonFinite;
import io.gradflow.driver.train.RunLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The {@code train} section.
 *
 * @param microShards parts that every step is added up from; {@link #microShardCount}
 * @param metrics beside the loss; by the label unless given
 * @param tasks at most, no more than micro-shards; as many as the cluster runs at once unless given
 * @param rowsAtOnce rows of a micro-shard in one pass; as many as fit the heap unless given
 * @param folds the training on all rows then takes as many epochs as the folds' weights did on
 *     average, if training stops early
 * @param shuffleWindow the weights depend on it
 * @param stepTimeout at least a millisecond; the cluster's setting unless given
 */
@Doc("How to train.")
public record TrainSection(
    @Doc("Passes over the training data.") int epochs,
    @Doc("Rows a step.") @Default("32") int batchSize,
    @Doc(
            "Parts that each step is added up from, which bound the parallelism; the weights"
                + " depend on them. Chosen by the batch size if left out.")
        Optional<Integer> microShards,
    @Doc("portable: the same bits on any processor. native: OpenBLAS.") @Default("portable")
        Numerics numerics,
    @Doc("What is measured beside the loss; chosen by the label if left out.")
        Optional<List<MetricSpec>> metrics,
    @Doc("When to stop before the last epoch.") Optional<EarlyStoppingSpec> earlyStopping,
    @Doc("How steps reach the executors; every way gives the same bits.") @Default("auto")
        StepRunnerKind stepRunner,
    @Doc("Tasks that share the micro-shards; as many as run at once if left out.")
        Optional<Integer> tasks,
    @Doc(
            "How long a step, or an evaluation, may take on the cluster before the run fails and"
                + " names the tasks it waits for. 30min, or the cluster's"
                + " spark.gradflow.stepTimeout, if left out.")
        Optional<Duration> stepTimeout,
    @Doc(
            "Rows of a micro-shard that are computed at once, which bounds memory and changes no"
                + " bit; as many as fit the heap if left out. Not with batchNorm.")
        Optional<Integer> rowsAtOnce,
    @Doc("What happens when a step's loss or gradient is not finite.") @Default("fail")
        OnNonFinite onNonFinite,
    @Doc(
            "Warn when a step's loss is above its running mean by this many running mean"
                + " deviations; 0 never warns.")
        @Default("10")
        double lossSpike,
    @Doc(
            "Cross-validation before the training on all rows: as many more trainings, and mean and"
                + " spread of their metrics in the summary.")
        Optional<FoldsSpec> folds,
    @Doc(
            "Rows of a micro-shard that are shuffled among themselves, where its file does not fit"
                + " the page cache: read stretch by stretch. All of its rows if left out.")
        Optional<Integer> shuffleWindow,
    @Doc("Minibatches whose gradients are added up for one step.") @Default("1") int accumulate,
    @Doc("End the run after so many steps, whatever its epochs.") Optional<Long> maxSteps,
    @Doc("End the run after this time, e.g. 2h; bits then depend on the machine.")
        Optional<Duration> maxTime,
    @Doc("Minibatches that give an average of weights its batchNorm statistics, at most.")
        @Default("100")
        int refreshSteps,
    @Doc("Looks at how well each layer learns, and says what is wrong; changes no bit.")
        @Default("{}")
        HealthSpec health,
    @Doc(
            "Trainings from so many different starting weights; the best is the run, by"
                + " train.earlyStopping's metric or the validation's loss, without checkpoints.")
        @Default("1")
        int restarts) {
  public TrainSection {
    positive("epochs", epochs);
    positive("batchSize", batchSize);
    positive("accumulate", accumulate);
    positive("restarts", restarts);
    if (refreshSteps < 0) {
      throw new IllegalArgumentException("refreshSteps " + refreshSteps + "; expected 0 or more");
    }
    limits(maxSteps, maxTime);
    metrics = metrics.map(List::copyOf);
    microShards.ifPresent(count -> positive("microShards", count));
    rowsAtOnce.ifPresent(count -> positive("rowsAtOnce", count));
    tasks.ifPresent(count -> positive("tasks", count));
    shuffleWindow.ifPresent(count -> positive("shuffleWindow", count));
    stepTimeout
        .filter(timeout -> timeout.toMillis() < 1)
        .ifPresent(
            timeout -> {
              throw new IllegalArgumentException("stepTimeout 0; expected at least 1ms");
            });
    if (!(lossSpike >= 0) || Double.isInfinite(lossSpike)) {
      throw new IllegalArgumentException(
          "lossSpike " + lossSpike + "; expected a finite number, not negative");
    }
    int parts = microShards.orElse(BatchPlan.defaultMicroShards(batchSize));
    if (microShards.isPresent() && parts > batchSize) {
      throw new IllegalArgumentException(
          "microShards %d, batchSize %d; expected a row at least for each micro-shard"
              .formatted(parts, batchSize));
    }
    if (tasks.isPresent() && tasks.get() > parts) {
      throw new IllegalArgumentException(
          "tasks %d, microShards %d; expected a micro-shard at least for each task"
              .formatted(tasks.get(), parts));
    }
  }

  /** What ends the run in any case. */
  public RunLimits limits() {
    return limits(maxSteps, maxTime);
  }

  private static RunLimits limits(Optional<Long> steps, Optional<Duration> time) {
    return new RunLimits(steps, time);
  }

  /** The parts that each step is added up from: as given, or by the batch size. */
  public int microShardCount() {
    return microShards.orElse(BatchPlan.defaultMicroShards(batchSize));
  }

  /** The same for a number of epochs that is known. */
  public TrainSection withoutEarlyStopping(int knownEpochs) {
    return new TrainSection(
        knownEpochs,
        batchSize,
        microShards,
        numerics,
        metrics,
        Optional.empty(),
        stepRunner,
        tasks,
        stepTimeout,
        rowsAtOnce,
        onNonFinite,
        lossSpike,
        folds,
        shuffleWindow,
        accumulate,
        maxSteps,
        maxTime,
        refreshSteps,
        health,
        restarts);
  }

  private static void positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " " + value + "; expected at least 1");
    }
  }
}
