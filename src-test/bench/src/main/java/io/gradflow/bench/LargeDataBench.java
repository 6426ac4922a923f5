package io.gradflow.bench;

import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.TrainingRun;
import io.gradflow.driver.step.SparkSettings;
import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.TrainingListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Data larger than memory: a job on {@code local[2]} whose packed rows are several times the heap,
 * and the same job on a sixteenth of them, which fits. Prints examples a second of the last epoch,
 * and the heap in use after a collection at the end of either epoch.
 *
 * <p>Argument: how many times the heap; 4 unless given. To be run with a small heap: {@code
 * JAVA_OPTS=-Xmx512m src-test/bench/run LargeDataBench}.
 */
public final class LargeDataBench {
  private static final int WIDTH = 512;
  private static final String JOB =
      """
      name: large
      data:
        train: {format: table, path: given}
        order: source
        features: [{columns: features, as: vector, shape: [512], scale: 0.0039}]
        label: {column: label, as: class, classes: [0, 1]}
      model: {layers: [{dense: {units: 32, activation: relu}}, {dense: classes}]}
      loss: softmaxCrossEntropy
      train: {epochs: 2, batchSize: 1024, metrics: []}
      """;

  private LargeDataBench() {}

  public static void main(String[] args) throws IOException {
    int times = args.length > 0 ? Integer.parseInt(args[0]) : 4;
    long heap = Runtime.getRuntime().maxMemory();
    long rows = times * heap / WIDTH + 1;
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("gradflow-bench")
            .set("spark.ui.enabled", "false")
            .set("spark.log.level", "ERROR");
    SparkSettings.apply(conf::contains, conf::set);
    try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
      double small = train(spark, rows / 16, heap);
      double large = train(spark, rows, heap);
      System.out.printf(
          Locale.ROOT, "large / small: %.2f of the examples a second%n", large / small);
    }
  }

  private static double train(SparkSession spark, long rows, long heap) throws IOException {
    Job job = JobFile.read(JOB, "large.yaml", List.of());
    Watch watch = new Watch();
    new TrainingRun(spark, job).fit(rows(spark, rows), List.of(watch));
    System.out.printf(
        Locale.ROOT,
        "%,d rows, %.2f times the heap of %d MB: %,.0f examples/s; heap after a collection %d MB"
            + " at the end of the first epoch, %d MB of the second%n",
        rows,
        (double) rows * WIDTH / heap,
        heap >> 20,
        watch.examplesPerSecond,
        watch.early >> 20,
        watch.late >> 20);
    return watch.examplesPerSecond;
  }

  /** Bytes by chance: sixteen hashes a row. */
  private static Dataset<Row> rows(SparkSession spark, long rows) {
    StringBuilder bytes = new StringBuilder("unhex(concat(");
    for (int i = 0; i < WIDTH / 32; i++) {
      bytes
          .append(i == 0 ? "" : ", ")
          .append("sha2(cast(id * 16 + ")
          .append(i)
          .append(" as string), 256)");
    }
    return spark
        .range(0, rows, 1, 16)
        .selectExpr(bytes.append(")) as features").toString(), "cast(id % 2 as string) as label");
  }

  /** The heap in use after a collection at the end of each epoch, and the speed of the last one. */
  private static final class Watch implements TrainingListener {
    private long early;
    private long late;
    private double examplesPerSecond;

    @Override
    public void onEpoch(EpochReport epoch) {
      examplesPerSecond = epoch.train().rows() / epoch.seconds();
      System.gc();
      late = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      early = epoch.epoch() == 1 ? late : early;
    }
  }
}
