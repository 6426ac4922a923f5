package io.gradflow.bench;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.TrainingRun;
import io.gradflow.driver.step.SparkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * What checkpoints cost a whole training: runs of one job with a checkpoint every so many steps and
 * runs without any, in turns (with, without, without, with ...), their seconds of training, the
 * medians, and by how much the one exceeds the other.
 *
 * <p>Arguments: {@code rounds=N} of two runs each (5), {@code every=STEPS} (50), {@code epochs=N}
 * (1), {@code master=M} ({@code local[2]}), {@code job=FILE} ({@code
 * deploy/examples/fashion-mnist-cnn.yaml}, whose data {@code
 * deploy/examples/fetch-fashion-mnist.sh} fetches).
 */
public final class CheckpointCostBench {
  private final SparkSession spark;
  private final Path job;
  private final int epochs;

  private CheckpointCostBench(SparkSession spark, Path job, int epochs) {
    this.spark = spark;
    this.job = job;
    this.epochs = epochs;
  }

  public static void main(String[] args) throws IOException {
    Arguments arguments = new Arguments(args, "rounds", "every", "epochs", "master", "job");
    arguments.expectAtMost(0);
    int rounds = arguments.number("rounds", 5);
    int every = arguments.number("every", 50);
    int epochs = arguments.number("epochs", 1);
    String file = arguments.text("job", "deploy/examples/fashion-mnist-cnn.yaml");
    SparkConf conf =
        new SparkConf()
            .setMaster(arguments.text("master", "local[2]"))
            .setAppName("gradflow-bench")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.log.level", "ERROR");
    SparkSettings.apply(conf::contains, conf::set);
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    try {
      new CheckpointCostBench(spark, Path.of(file).toAbsolutePath(), epochs).compare(rounds, every);
    } finally {
      spark.stop();
    }
  }

  private void compare(int rounds, int every) throws IOException {
    String with = "checkpoint={everySteps: " + every + ", keep: 3}";
    String without = "checkpoint={everyEpochs: 1000000}";
    double[] costly = new double[rounds];
    double[] plain = new double[rounds];
    train(without); // The first run of a JVM compiles.
    for (int round = 0; round < rounds; round++) {
      boolean first = round % 2 == 0;
      costly[round] = first ? train(with) : 0;
      plain[round] = train(without);
      costly[round] = first ? costly[round] : train(with);
      System.out.printf(
          Locale.ROOT,
          "round %d: %.2f s with, %.2f s without%n",
          round + 1,
          costly[round],
          plain[round]);
    }
    double a = median(costly);
    double b = median(plain);
    System.out.printf(
        Locale.ROOT,
        "%s, a checkpoint every %d steps: median %.2f s with, %.2f s without: %+.2f %%%n",
        job.getFileName(),
        every,
        a,
        b,
        100 * (a / b - 1));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** The seconds of training, validation included, preparing the data not. */
  private double train(String checkpoints) throws IOException {
    Path output = Files.createTempDirectory("checkpoint-cost");
    try {
      Job read =
          JobFile.read(
                  Files.readString(job),
                  job.toString(),
                  List.of("train.epochs=" + epochs, checkpoints))
              .relocate(JobFile.pathsFrom(job.toString()));
      return new TrainingRun(spark, read)
          .run(Storage.local(output.resolve("out")), List.of())
          .summary()
          .result()
          .seconds();
    } finally {
      Storage.local(output).delete("");
    }
  }
}
