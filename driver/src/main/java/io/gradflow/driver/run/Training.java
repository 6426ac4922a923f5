package io.gradflow.driver.run;

import io.gradflow.common.array.VectorSupport;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.model.Model;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.check.CheckReport;
import io.gradflow.driver.check.JobProof;
import io.gradflow.driver.checkpoint.BackgroundCheckpoints;
import io.gradflow.driver.checkpoint.CheckpointStore;
import io.gradflow.driver.checkpoint.Made;
import io.gradflow.driver.checkpoint.RunIdentity;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.data.RejectedRow;
import io.gradflow.driver.data.RowCounts;
import io.gradflow.driver.data.SourceRows;
import io.gradflow.driver.health.ActivationProbe;
import io.gradflow.driver.health.HealthSpec;
import io.gradflow.driver.health.LearningHealth;
import io.gradflow.driver.health.UnitVariance;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.ModelSection;
import io.gradflow.driver.job.TrainSection;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.Recipe;
import io.gradflow.driver.optim.ScheduleSpec;
import io.gradflow.driver.report.DataFindings;
import io.gradflow.driver.report.Manifest;
import io.gradflow.driver.report.RunSummary;
import io.gradflow.driver.report.StepStatistics;
import io.gradflow.driver.step.RowSamples;
import io.gradflow.driver.step.ShardSource;
import io.gradflow.driver.step.StepChoice;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepRunners;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.OnNonFinite;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainSettings;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.driver.train.TrainingState;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** A job with its data at hand: what is needed to train, from a start or from a checkpoint. */
final class Training {
  /** Rows that data-driven initialisation looks at. */
  private static final int LSUV_ROWS = 256;

  /** What layers may put out for the rows that health looks at: 16 MiB. */
  private static final long PROBE_FLOATS = 1 << 22;

  private final SparkSession spark;
  private final Job job;
  private final PreparedData data;
  private final NetworkSpec network;
  private final RunSpec spec;
  private final StepChoice choice;
  private final Optimizer optimizer;
  private final RunIdentity identity;

  /**
   * @param identity what the bits of the run depend on
   */
  Training(SparkSession spark, Job job, PreparedData data, RunIdentity identity) {
    this(spark, job, data, identity, job.schedule());
  }

  /** As the other, with another schedule than the job's. */
  Training(
      SparkSession spark, Job job, PreparedData data, RunIdentity identity, ScheduleSpec schedule) {
    this.spark = spark;
    this.job = job;
    this.data = data;
    ExampleSchema schema = data.schema();
    TrainSection train = job.train();
    this.network = job.network(schema);
    this.spec =
        new RunSpec(
            network,
            schema,
            job.outputSpecs(schema),
            train.numerics(),
            job.seed(),
            data.counts().train(),
            train.batchSize(),
            train.microShardCount(),
            train.rowsAtOnce(),
            job.augment(schema),
            train.shuffleWindow());
    requireFullBatches();
    this.choice =
        StepRunners.choose(train.stepRunner(), spark.sparkContext(), network.layout().size());
    this.optimizer =
        Optimizer.create(
            new Recipe(
                job.optimizer(),
                schedule,
                job.clip(),
                job.regularization(),
                job.learningRateFactors(network.layout()),
                job.average(),
                job.seed()),
            network.layout(),
            (long) train.epochs() * stepsPerEpoch());
    this.identity = identity;
  }

  private int stepsPerEpoch() {
    return -Math.floorDiv(-spec.batchPlan().stepsPerEpoch(), job.train().accumulate());
  }

  private void requireFullBatches() {
    if (job.optimizer().needsFullBatches() && stepsPerEpoch() > 1) {
      throw new GradflowException(
          ExitCode.BAD_JOB,
          "the optimizer is for steps over all rows: "
              + data.counts().train()
              + " training rows, "
              + job.train().batchSize()
              + " a minibatch; set train.batchSize to all of them, or train.accumulate to "
              + spec.batchPlan().stepsPerEpoch());
    }
  }

  /** What the bits of this run depend on. */
  RunIdentity identity() {
    return identity;
  }

  /** Begins at the beginning, with the weights that the job names. */
  Function<Trainer, TrainResult> start() throws IOException {
    return start(0);
  }

  /**
   * Begins at the beginning.
   *
   * @param restart which of several starts from other random weights; 0 is {@link #start()}
   */
  Function<Trainer, TrainResult> start(int restart) throws IOException {
    float[] weights = startingWeights(restart);
    return trainer -> trainer.train(weights);
  }

  private float[] startingWeights(int restart) throws IOException {
    float[] weights =
        StartingWeights.load(
            job, network, optimizer, restart, spark.sparkContext().hadoopConfiguration());
    if (job.model().init() == ModelSection.Init.LSUV) {
      UnitVariance.initialize(
          network,
          data.schema(),
          sample(LSUV_ROWS),
          StartingWeights.seed(job.seed(), restart),
          weights);
    }
    return weights;
  }

  private MiniBatch sample(int rows) {
    return RowSamples.take(
        spark.sparkContext(), shards().get(Split.TRAIN), data.schema(), spec.microShards(), rows);
  }

  private Optional<LearningHealth> health() {
    HealthSpec watch = job.train().health();
    if (!watch.isOn()) {
      return Optional.empty();
    }
    Optional<ActivationProbe> probe =
        ActivationProbe.within(PROBE_FLOATS, network, data.schema(), sample(watch.rows()));
    return Optional.of(new LearningHealth(network.layout(), watch.everySteps(), probe));
  }

  /** Goes on from a state; of this network and optimizer. */
  Function<Trainer, TrainResult> from(TrainingState state) {
    return trainer -> trainer.resume(state);
  }

  /** Goes on from a checkpoint. */
  Function<Trainer, TrainResult> from(Resumption resumption) throws IOException {
    return from(resumption.checkpoint().read(network.layout(), optimizer.state()));
  }

  /** Writes a state of this training, for another of the same to go on from. */
  void save(CheckpointStore store, TrainingState state) throws IOException {
    store.write(state, Made.STOP, false, identity, network.layout(), () -> {});
  }

  /**
   * What saves this run's state.
   *
   * @param requireOwnership throws if the output is another run's by now
   * @param resumedFrom the step of the store's checkpoint that the run goes on from, else -1
   */
  BackgroundCheckpoints keeper(CheckpointStore store, Runnable requireOwnership, long resumedFrom) {
    return new BackgroundCheckpoints(
        store,
        job.checkpoint(),
        identity,
        network.layout(),
        optimizer.state(),
        job.train().onNonFinite() instanceof OnNonFinite.Rollback,
        requireOwnership,
        resumedFrom,
        System::nanoTime);
  }

  /**
   * Trains, then tests unless the run was stopped.
   *
   * @param how {@link #start} or {@link #from}
   */
  TrainingRun.Outcome run(
      Function<Trainer, TrainResult> how,
      List<TrainingListener> listeners,
      StateKeeper keeper,
      BooleanSupplier stop) {
    StepStatistics statistics = new StepStatistics();
    List<TrainingListener> all = new ArrayList<>(listeners);
    all.add(statistics);
    for (String finding : DataFindings.grave(data.profile())) {
      TrainingNotice notice = new TrainingNotice(0, TrainingNotice.Kind.DATA, "data: " + finding);
      all.forEach(listener -> listener.onNotice(notice));
    }
    return train(how, all, keeper, stop, (trainer, result) -> outcome(trainer, result, statistics));
  }

  /** Trains, and nothing else. */
  TrainResult train(
      Function<Trainer, TrainResult> how,
      List<TrainingListener> listeners,
      StateKeeper keeper,
      BooleanSupplier stop) {
    return train(how, listeners, keeper, stop, (trainer, result) -> result);
  }

  private <T> T train(
      Function<Trainer, TrainResult> how,
      List<TrainingListener> listeners,
      StateKeeper keeper,
      BooleanSupplier stop,
      BiFunction<Trainer, TrainResult, T> then) {
    TrainSection train = job.train();
    TrainSettings settings =
        new TrainSettings(
            train.epochs(),
            train.earlyStopping(),
            data.validation().isPresent(),
            Runtime.getRuntime().availableProcessors(),
            train.onNonFinite(),
            train.lossSpike(),
            train.accumulate(),
            train.limits(),
            train.refreshSteps());
    // Before resident tasks take the slots.
    Optional<LearningHealth> health = health();
    try (StepRunner runner =
        StepRunners.create(
            choice, spark.sparkContext(), spec, shards(), train.tasks(), train.stepTimeout())) {
      Trainer trainer =
          new Trainer(settings, spec, optimizer, runner, listeners, keeper, health, stop);
      return then.apply(trainer, how.apply(trainer));
    }
  }

  private TrainingRun.Outcome outcome(
      Trainer trainer, TrainResult result, StepStatistics statistics) {
    boolean stopped = result.ending() == TrainResult.Ending.STOPPED;
    Optional<Evaluation> test =
        stopped ? Optional.empty() : data.test().map(rdd -> trainer.evaluate(Split.TEST));
    Model model =
        Model.of(
            job.name(),
            network,
            data.preprocessing(),
            spec.outputs(),
            result.weights(),
            versions());
    return new TrainingRun.Outcome(
        new TrainedModel(model, Optional.of(data.profile().train())),
        new RunSummary(
            job.name(),
            result,
            spec.microShards(),
            network.layout().size(),
            test,
            rowCounts(),
            sources(),
            statistics,
            Optional.empty()),
        data.counts().samples());
  }

  /** Checks gradients, and that every way of a step gives the same bits; trains nothing. */
  CheckReport check() throws IOException {
    float[] weights = startingWeights(0);
    return new JobProof(spark.sparkContext(), spec, shards(), weights).run();
  }

  /** What {@code manifest.json} says of this run. */
  Map<String, Object> manifest() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", job.name());
    facts.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("seed", job.seed());
    facts.put("microShards", spec.microShards());
    facts.put("parameters", network.layout().size());
    facts.put("stepRunner", choice.word() + " (" + choice.why() + ")");
    facts.put("vector", VectorSupport.description());
    facts.put("dataFingerprint", data.fingerprint());
    facts.put("rows", rowCounts());
    facts.put("sources", sources());
    facts.put(
        "rejectedSamples", data.counts().samples().stream().map(RejectedRow::toString).toList());
    Map<String, Object> cluster = new LinkedHashMap<>();
    cluster.put("version", spark.version());
    cluster.put("master", spark.sparkContext().master());
    cluster.put("applicationId", spark.sparkContext().applicationId());
    facts.put("spark", cluster);
    facts.put(RunDirectory.IDENTITY, identity.facts());
    return Manifest.create(job.effective(), facts);
  }

  private Map<Split, ShardSource> shards() {
    Map<Split, ShardSource> shards = new EnumMap<>(Split.class);
    shards.put(Split.TRAIN, data.train()::regroup);
    data.validation().ifPresent(rdd -> shards.put(Split.VALIDATION, rdd::regroup));
    data.test().ifPresent(rdd -> shards.put(Split.TEST, rdd::regroup));
    return shards;
  }

  private Map<String, Long> rowCounts() {
    RowCounts counts = data.counts();
    Map<String, Long> rows = new LinkedHashMap<>();
    rows.put("train", counts.train());
    rows.put("validation", counts.validation());
    rows.put("test", counts.test());
    rows.put("rejected", counts.rejected());
    return rows;
  }

  private List<Map<String, Object>> sources() {
    return data.counts().sources().stream().map(SourceRows::toMap).toList();
  }

  private Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("gradflow", String.valueOf(Manifest.build().get("version")));
    versions.put("commit", String.valueOf(Manifest.build().get("commit")));
    versions.put("spark", spark.version());
    versions.put("java", System.getProperty("java.version"));
    return versions;
  }
}
