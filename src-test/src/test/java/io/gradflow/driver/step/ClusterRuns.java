package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.testkit.LocalCluster;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * Trains small runs on two executor processes and prints the weights' digests. Each argument after
 * the directory is one run: {@code kind,microShards,maxInlineFloats,stepsToKillAnExecutorAfter};
 * those before that contain {@code =} are settings of Spark.
 */
final class ClusterRuns {
  private ClusterRuns() {}

  public static void main(String[] args) {
    SparkConf conf = LocalCluster.conf();
    SparkSettings.apply(conf::contains, conf::set);
    Arrays.stream(args)
        .filter(arg -> arg.contains("="))
        .map(arg -> arg.split("=", 2))
        .forEach(pair -> conf.set(pair[0], pair[1]));
    SparkContext spark = new SparkContext(conf);
    try {
      Arrays.stream(args)
          .skip(1)
          .filter(arg -> !arg.contains("="))
          .forEach(arg -> run(spark, Path.of(args[0]), arg));
    } finally {
      spark.stop();
    }
  }

  private static void run(SparkContext spark, Path directory, String described) {
    String[] parts = described.split(",", -1);
    SmallRun run = SmallRun.of(Integer.parseInt(parts[1]));
    Map<Split, ShardSource> sources = run.sources(spark, directory);
    StepSettings settings =
        new StepSettings(20_000, 20_000, 120_000, 2000, Integer.parseInt(parts[2]));
    int killAfter = Integer.parseInt(parts[3]);
    TrainingListener killer =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() == killAfter && !LocalCluster.killAnExecutor()) {
              throw new IllegalStateException("no executor to kill");
            }
          }
        };
    try (StepRunner steps =
        parts[0].equals("job")
            ? new JobSteps(spark, run.spec(), sources, 2)
            : new ResidentSteps(spark, run.spec(), sources, settings, 8)) {
      TrainResult result = run.train(steps, killer);
      System.out.println(result.weightsSha256());
    }
  }
}
