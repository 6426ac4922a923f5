package io.gradflow.bench;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.TrainingRun;
import io.gradflow.driver.step.SparkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Examples a second of whole trainings from job files, validation and all else after the packing
 * included, by each way of a step: what {@code summary.json} says of a run.
 *
 * <p>Arguments: a master, then job files; {@code epochs=N} in place of the files'; {@code
 * runners=a,b} in place of job, resident and inProcess.
 */
public final class ExamplesBench {
  private ExamplesBench() {}

  public static void main(String[] args) throws IOException {
    Arguments arguments = new Arguments(args, "epochs", "runners");
    String epochs = arguments.text("epochs", "");
    String[] runners = arguments.text("runners", "job,resident,inProcess").split(",", -1);
    String master = arguments.words().get(0);
    List<String> files = arguments.words().subList(1, arguments.words().size());
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
      for (String file : files) {
        for (String runner : runners) {
          train(spark, Path.of(file).toAbsolutePath(), runner, epochs);
        }
      }
    } finally {
      spark.stop();
    }
  }

  private static void train(SparkSession spark, Path file, String runner, String epochs)
      throws IOException {
    Path output = Files.createTempDirectory("gradflow-examples");
    List<String> overrides =
        epochs.isEmpty()
            ? List.of("train.stepRunner=" + runner)
            : List.of("train.stepRunner=" + runner, "train.epochs=" + epochs);
    Job job =
        JobFile.read(Files.readString(file), file.toString(), overrides)
            .relocate(JobFile.pathsFrom(file.toString()));
    TrainingRun.Outcome outcome =
        new TrainingRun(spark, job).run(Storage.local(output.resolve("out")), List.of());
    var summary = outcome.summary().toMap();
    System.out.printf(
        Locale.ROOT,
        "%s, %s, %s: %,.0f examples/s, %s steps of %s in %.2f s, weights %s%n",
        job.name(),
        spark.sparkContext().master(),
        runner,
        (Double) summary.get("examplesPerSecond"),
        summary.get("steps"),
        job.train().batchSize(),
        (Double) summary.get("seconds"),
        summary.get("weightsSha256"));
  }
}
