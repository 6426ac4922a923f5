package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.check.CheckReport;
import io.gradflow.driver.checkpoint.BackgroundCheckpoints;
import io.gradflow.driver.checkpoint.CheckpointStore;
import io.gradflow.driver.checkpoint.RunIdentity;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.data.RejectedRow;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.job.FoldsSpec;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.NetworkSize;
import io.gradflow.driver.job.OutputSection.Mode;
import io.gradflow.driver.report.FoldsReport;
import io.gradflow.driver.report.RunSummary;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainResult.Ending;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One training job, from data to model.
 *
 * <pre>{@code
 * Job job = JobFile.read(yaml, "iris.yaml", List.of());
 * TrainedModel model = new TrainingRun(spark, job).fit(rows);
 * Dataset<Row> predicted = model.transform(newRows);
 * }</pre>
 *
 * <p>The session needs {@code SparkSettings}' settings.
 */
public final class TrainingRun {
  private static final String PREPARING = "gradflow-preparing";

  private final SparkSession spark;
  private final Job job;

  public TrainingRun(SparkSession spark, Job job) {
    this.spark = spark;
    this.job = job;
  }

  /**
   * What a run gives.
   *
   * @param summary how it went
   * @param rejected samples of the rows that could not be used
   */
  public record Outcome(TrainedModel model, RunSummary summary, List<RejectedRow> rejected) {
    public Outcome {
      rejected = List.copyOf(rejected);
    }

    private Outcome with(Optional<FoldsReport> folds) {
      return new Outcome(model, summary.with(folds), rejected);
    }
  }

  /**
   * Trains on rows that the program has; the job's {@code data.train} is not read. Validation and
   * test rows are split off them where the job says so. Leaves no checkpoints.
   */
  public TrainedModel fit(Dataset<Row> rows) throws IOException {
    return fit(rows, List.of()).model();
  }

  /** As {@link #fit(Dataset)}, watched. */
  public Outcome fit(Dataset<Row> rows, List<TrainingListener> listeners) throws IOException {
    if (job.data().cache().isPresent()) {
      throw new GradflowException(
          ExitCode.BAD_JOB,
          "data.cache: rows that a program gives cannot be recognised in a later run; leave cache"
              + " out, or train on files");
    }
    Function<DataSpec, PreparedData> prepare =
        spec ->
            PreparedData.prepare(
                SourceTable.of("the given rows", rows),
                Optional.empty(),
                Optional.empty(),
                spec,
                job.seed(),
                job.train().microShardCount());
    Optional<FoldsReport> folds = folds(prepare, listeners, () -> false);
    try (PreparedData data = prepare.apply(job.data())) {
      Training training = training(data, folds);
      Function<Trainer, TrainResult> how = best(data, folds, listeners, () -> false, training);
      return training.run(how, listeners, StateKeeper.NONE, () -> false).with(folds);
    }
  }

  /** Cross-validates, if the job says so. */
  private Optional<FoldsReport> folds(
      Function<DataSpec, PreparedData> prepare,
      List<TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    Optional<FoldsSpec> spec = job.train().folds();
    return spec.isEmpty()
        ? Optional.empty()
        : Optional.of(new CrossValidation(spark, job, spec.get()).run(prepare, listeners, stop));
  }

  /** The start of a new run: the best of several, if the job says so. */
  private Function<Trainer, TrainResult> best(
      PreparedData data,
      Optional<FoldsReport> folds,
      List<TrainingListener> listeners,
      BooleanSupplier stop,
      Training training)
      throws IOException {
    return job.train().restarts() == 1
        ? training.start()
        : new Restarts(job.train(), data.validation().isPresent(), Restarts.HELD_REPORTS)
            .run(training, () -> training(data, folds), listeners, stop);
  }

  /** The training on all rows. */
  private Training training(PreparedData data, Optional<FoldsReport> folds) {
    Job all = folds.map(report -> CrossValidation.onAllRows(job, report)).orElse(job);
    return new Training(spark, all, data, JobFacts.of(job, data.fingerprint()));
  }

  /** As {@link #run(Storage, RunOptions, List)}, as the job says. */
  public Outcome run(Storage output, List<TrainingListener> listeners) throws IOException {
    return run(output, RunOptions.byJob(), listeners);
  }

  /**
   * Trains on the job's sources and leaves a run's directory behind.
   *
   * @param output where; must be new, or an earlier run's if it may be replaced or resumed
   * @param options what to go on from, and who may stop the run
   * @param listeners called beside the run's own
   * @throws GradflowException STOPPED if the run was stopped; its checkpoint is written then.
   *     OUTPUT_BLOCKED if the output is in use, or of another job
   */
  public Outcome run(Storage output, RunOptions options, List<TrainingListener> listeners)
      throws IOException {
    Mode mode = options.mode(job.output().mode());
    RunDirectory directory = new RunDirectory(output);
    directory.check(mode);
    Optional<FoldsReport> folds = folds(spec -> prepare(spec, options), listeners, options.stop());
    try (PreparedData data = prepare(job.data(), options)) {
      Training training = training(data, folds);
      boolean fresh = mode != Mode.RESUME && options.from().isEmpty();
      // Faults of the start are found before anything is written.
      Optional<Function<Trainer, TrainResult>> start =
          fresh
              ? Optional.of(best(data, folds, listeners, options.stop(), training))
              : Optional.empty();
      try (RunLock lock = directory.lock()) {
        directory.checkContent(mode);
        Optional<Resumption> resumption =
            Resumption.find(options, mode, output, hadoop(), notice(listeners));
        if (resumption.isPresent() && !options.anyway()) {
          resumption.get().requireSameRun(job, training.identity());
        }
        Function<Trainer, TrainResult> how =
            resumption.isPresent()
                ? training.from(resumption.get())
                : start.isPresent()
                    ? start.get()
                    : best(data, folds, listeners, options.stop(), training);
        return train(training, how, directory, lock, resumption, options, listeners, folds);
      }
    }
  }

  private Outcome train(
      Training training,
      Function<Trainer, TrainResult> how,
      RunDirectory directory,
      RunLock lock,
      Optional<Resumption> resumption,
      RunOptions options,
      List<TrainingListener> listeners,
      Optional<FoldsReport> folds)
      throws IOException {
    OptionalLong own =
        resumption.filter(Resumption::own).isPresent()
            ? OptionalLong.of(resumption.get().checkpoint().manifest().step())
            : OptionalLong.empty();
    CheckpointStore store = directory.checkpoints();
    try (RunDirectory.Writer writer = directory.open(training.manifest(), own);
        BackgroundCheckpoints keeper = training.keeper(store, lock::requireHeld, own.orElse(-1))) {
      List<TrainingListener> all = new ArrayList<>(listeners);
      all.addAll(writer.listeners());
      Outcome outcome =
          training
              .run(how, all, keeper, () -> options.stop().getAsBoolean() || lock.isLost())
              .with(folds);
      lock.requireHeld();
      TrainResult result = outcome.summary().result();
      if (result.ending() == Ending.STOPPED) {
        throw new GradflowException(
            ExitCode.STOPPED,
            "stopped on request after step "
                + result.steps()
                + "; the run goes on from "
                + store.location(CheckpointStore.name(result.steps()))
                + " with --resume auto");
      }
      writer.finish(outcome);
      return outcome;
    }
  }

  /**
   * What an earlier run of this job has left in the output, if it is finished and this one would go
   * on from it: there is nothing left to do. Only the job is compared, no data is read.
   *
   * @return the summary's JSON
   * @throws GradflowException OUTPUT_BLOCKED if a finished run is of another job
   */
  public Optional<String> finished(Storage output, RunOptions options) throws IOException {
    RunDirectory directory = new RunDirectory(output);
    if (options.mode(job.output().mode()) != Mode.RESUME || options.anyway()) {
      return Optional.empty();
    }
    Optional<String> summary = directory.summary();
    if (summary.isPresent()) {
      SortedMap<String, String> before = directory.identity();
      before.remove(JobFacts.DATA);
      List<String> differences =
          EarlierFacts.of(new RunIdentity(before), job)
              .differences(new RunIdentity(JobFacts.of(job)));
      Resumption.refuse(output.location(""), differences);
    }
    return summary;
  }

  /**
   * Checks the job's gradients by finite differences, and that every way of running a step gives
   * the same bits, on the job's own data; trains nothing.
   */
  public CheckReport check() throws IOException {
    try (PreparedData data = prepare(job.data())) {
      return training(data, Optional.empty()).check();
    }
  }

  /** What the network takes, with the columns and classes of the job's own data; trains nothing. */
  public NetworkSize size() throws IOException {
    try (PreparedData data = prepare(job.data())) {
      return NetworkSize.of(job, data.schema());
    }
  }

  /** Tasks that the cluster runs at once, as far as it has registered. */
  static int slots(SparkSession spark) {
    int cores = spark.sparkContext().defaultParallelism();
    return Math.max(1, cores / spark.sparkContext().conf().getInt("spark.task.cpus", 1));
  }

  private PreparedData prepare(DataSpec data, RunOptions options) {
    return options.stop().during(() -> prepare(data), this::cancelPreparing);
  }

  private PreparedData prepare(DataSpec data) {
    SparkContext context = spark.sparkContext();
    context.addJobTag(PREPARING);
    try {
      return PreparedData.prepare(spark, data, job.seed(), job.train().microShardCount());
    } finally {
      context.removeJobTag(PREPARING);
    }
  }

  private void cancelPreparing() {
    spark.sparkContext().cancelJobsWithTag(PREPARING);
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private static Consumer<String> notice(List<TrainingListener> listeners) {
    return text ->
        listeners.forEach(
            listener ->
                listener.onNotice(
                    new TrainingNotice(0, TrainingNotice.Kind.CHECKPOINT_DAMAGED, text)));
  }
}
