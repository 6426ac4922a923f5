package io.gradflow.driver.run;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.VectorSupport;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.message.Split;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.model.InitialWeights;
import io.gradflow.common.model.Model;
import io.gradflow.common.model.Storage;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.check.CheckReport;
import io.gradflow.driver.check.JobProof;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.data.RejectedRow;
import io.gradflow.driver.data.RowCounts;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.TrainSection;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.report.Manifest;
import io.gradflow.driver.report.RunSummary;
import io.gradflow.driver.report.StepStatistics;
import io.gradflow.driver.step.ShardSource;
import io.gradflow.driver.step.StepChoice;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepRunners;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainSettings;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
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
import org.apache.hadoop.fs.Path;
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
  }

  /**
   * Trains on rows that the program has; the job's {@code data.train} is not read. Validation and
   * test rows are split off them where the job says so.
   */
  public TrainedModel fit(Dataset<Row> rows) throws IOException {
    return fit(rows, List.of()).model();
  }

  /** As {@link #fit(Dataset)}, watched. */
  public Outcome fit(Dataset<Row> rows, List<TrainingListener> listeners) throws IOException {
    try (PreparedData data =
        PreparedData.prepare(
            SourceTable.of("the given rows", rows),
            Optional.empty(),
            Optional.empty(),
            job.data(),
            job.seed(),
            job.train().microShardCount())) {
      return new Training(data).run(listeners);
    }
  }

  /**
   * Trains on the job's sources and leaves a run's directory behind.
   *
   * @param output where; must be new, or an earlier run's if the job says overwrite
   * @param listeners called beside the run's own
   */
  public Outcome run(Storage output, List<TrainingListener> listeners) throws IOException {
    RunDirectory directory = new RunDirectory(output);
    directory.check(job.output().mode());
    try (PreparedData data =
        PreparedData.prepare(spark, job.data(), job.seed(), job.train().microShardCount())) {
      Training training = new Training(data);
      try (RunDirectory.Writer writer = directory.open(job.output().mode(), training.manifest())) {
        List<TrainingListener> all = new ArrayList<>(listeners);
        all.addAll(writer.listeners());
        Outcome outcome = training.run(all);
        writer.finish(outcome);
        return outcome;
      }
    }
  }

  /**
   * Checks the job's gradients by finite differences, and that every way of running a step gives
   * the same bits, on the job's own data; trains nothing.
   */
  public CheckReport check() throws IOException {
    try (PreparedData data =
        PreparedData.prepare(spark, job.data(), job.seed(), job.train().microShardCount())) {
      return new Training(data).check();
    }
  }

  /** Tasks that the cluster runs at once, as far as it has registered. */
  static int slots(SparkSession spark) {
    int cores = spark.sparkContext().defaultParallelism();
    return Math.max(1, cores / spark.sparkContext().conf().getInt("spark.task.cpus", 1));
  }

  /** The job with its data at hand. */
  private final class Training {
    private final PreparedData data;
    private final NetworkSpec network;
    private final List<MetricSpec> metrics;
    private final RunSpec spec;
    private final StepChoice choice;
    private final float[] weights;

    Training(PreparedData data) throws IOException {
      this.data = data;
      ExampleSchema schema = data.schema();
      TrainSection train = job.train();
      this.network = job.network(schema);
      this.metrics = job.metrics(schema.targets().get(0));
      this.spec =
          new RunSpec(
              network,
              schema,
              List.of(job.loss()),
              metrics,
              train.numerics(),
              job.seed(),
              data.counts().train(),
              train.batchSize(),
              train.microShardCount(),
              train.rowsAtOnce());
      this.choice =
          StepRunners.choose(train.stepRunner(), spark.sparkContext(), network.layout().size());
      this.weights = initialWeights(network.layout());
    }

    CheckReport check() {
      return new JobProof(spark.sparkContext(), spec, shards(), weights).run();
    }

    Outcome run(List<TrainingListener> listeners) {
      ParamLayout layout = network.layout();
      TrainSection train = job.train();
      long steps = (long) train.epochs() * spec.batchPlan().stepsPerEpoch();
      Optimizer optimizer =
          Optimizer.create(
              job.optimizer(),
              job.schedule(),
              job.clip(),
              job.regularization(),
              job.learningRateFactors(network.layout()),
              layout,
              steps);
      TrainSettings settings =
          new TrainSettings(
              train.epochs(),
              train.earlyStopping(),
              data.validation().isPresent(),
              Runtime.getRuntime().availableProcessors());
      StepStatistics statistics = new StepStatistics();
      List<TrainingListener> all = new ArrayList<>(listeners);
      all.add(statistics);
      try (StepRunner runner =
          StepRunners.create(
              choice, spark.sparkContext(), spec, shards(), train.tasks(), train.stepTimeout())) {
        Trainer trainer = new Trainer(settings, spec, optimizer, runner, all, () -> false);
        TrainResult result = trainer.train(weights);
        Optional<Evaluation> test = data.test().map(rdd -> trainer.evaluate(Split.TEST));
        Model model =
            Model.of(
                job.name(),
                network,
                data.preprocessing(),
                job.loss(),
                metrics,
                result.weights(),
                versions());
        return new Outcome(
            new TrainedModel(model),
            new RunSummary(
                job.name(),
                result,
                spec.microShards(),
                layout.size(),
                test,
                rowCounts(),
                statistics),
            data.counts().samples());
      }
    }

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
      facts.put(
          "rejectedSamples", data.counts().samples().stream().map(RejectedRow::toString).toList());
      Map<String, Object> cluster = new LinkedHashMap<>();
      cluster.put("version", spark.version());
      cluster.put("master", spark.sparkContext().master());
      cluster.put("applicationId", spark.sparkContext().applicationId());
      facts.put("spark", cluster);
      return Manifest.create(job.effective(), facts);
    }

    private float[] initialWeights(ParamLayout layout) throws IOException {
      float[] weights = new float[layout.size()];
      network.initialize(job.seed(), weights);
      if (job.model().weights().isPresent()) {
        Path file = new Path(job.model().weights().get());
        Storage folder =
            HadoopStorage.at(
                file.getParent() == null ? "." : file.getParent().toString(),
                spark.sparkContext().hadoopConfiguration());
        InitialWeights.load(
            folder.open(file.getName()),
            folder.location(file.getName()),
            layout,
            job.model().allowMissing(),
            weights);
      }
      return weights;
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

    private Map<String, String> versions() {
      Map<String, String> versions = new TreeMap<>();
      versions.put("gradflow", String.valueOf(Manifest.build().get("version")));
      versions.put("commit", String.valueOf(Manifest.build().get("commit")));
      versions.put("spark", spark.version());
      versions.put("java", System.getProperty("java.version"));
      return versions;
    }
  }
}
