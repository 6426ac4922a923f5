package io.gradflow.bench;

import io.gradflow.chaos.ChaosJob;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.TrainingRun;
import io.gradflow.driver.step.SparkSettings;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * A whole training of many steps of a small network with checkpoints, validation, metrics and all
 * else that runs have; at ten intervals what the driver's process and the executors' hold.
 *
 * <p>Arguments: the master, {@code local[2]} unless given; the steps, 20,000 unless given; steps
 * between checkpoints, 500 unless given; {@code train.stepRunner}, {@code auto} unless given.
 */
public final class CheckpointSoakBench {
  private static final int STEPS_PER_EPOCH = 57;
  private static final int INTERVALS = 10;

  private CheckpointSoakBench() {}

  public static void main(String[] args) throws IOException {
    String master = args.length > 0 ? args[0] : "local[2]";
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
    String every = args.length > 2 ? args[2] : "500";
    String runner = args.length > 3 ? args[3] : "auto";
    Path directory = Files.createTempDirectory("checkpoint-soak");
    Path file = ChaosJob.write(directory).file();
    int epochs = (steps + STEPS_PER_EPOCH - 1) / STEPS_PER_EPOCH;
    List<String> overrides =
        List.of(
            "train.epochs=" + epochs,
            "train.earlyStopping.patience=" + epochs,
            "train.stepRunner=" + runner,
            "checkpoint={everySteps: " + every + ", keep: 2, keepBest: true}");
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("gradflow-bench")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.log.level", "ERROR");
    SparkSettings.apply(conf::contains, conf::set);
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    try {
      Job job =
          JobFile.read(Files.readString(file), file.toString(), overrides)
              .relocate(JobFile.pathsFrom(file.toString()));
      TrainingRun.Outcome outcome =
          new TrainingRun(spark, job)
              .run(
                  Storage.local(directory.resolve("out")),
                  List.of(new Gauge(Math.max(1, steps / INTERVALS))));
      System.out.println(outcome.summary().text(directory.resolve("out").toString()));
    } finally {
      spark.stop();
      Storage.local(directory).delete("");
    }
  }

  /** Prints what processes hold every so many steps. */
  private static final class Gauge implements TrainingListener {
    private final int every;
    private long start = System.nanoTime();

    Gauge(int every) {
      this.every = every;
    }

    @Override
    public void onStep(StepReport step) {
      if (step.step() % every != 0) {
        return;
      }
      double millis = (System.nanoTime() - start) / 1e6;
      try {
        System.out.printf(
            Locale.ROOT,
            "%,9d steps, mean %.3f ms; driver: %s%s%n",
            step.step(),
            millis / every,
            ProcessFigures.driver(),
            ProcessFigures.executors());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      start = System.nanoTime();
    }
  }
}
