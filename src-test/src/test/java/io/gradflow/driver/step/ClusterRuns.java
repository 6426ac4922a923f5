package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.testkit.LocalCluster;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerSpeculativeTaskSubmitted;

/**
 * Trains small runs, on executor processes unless {@code spark.master} says otherwise, with
 * something happening to them at given steps, and prints for each the weights' digest, the least
 * and the largest number of tasks that a step had, and how many tasks were begun a second time
 * while the first went on. Each argument after the directory is one run, as {@link #described};
 * those before that contain {@code =} are settings of Spark.
 */
final class ClusterRuns {
  private static final long STEP_TIMEOUT_MILLIS = 120_000;

  private ClusterRuns() {}

  /**
   * A run: {@code kind,microShards,tasks,way,rows,paceMillis,event@step+...}.
   *
   * @param kind {@code job}, {@code resident} or {@code inProcess}
   * @param tasks or threads, in process
   * @param paceMillis how long the driver pauses after each step, so that there is time for things
   *     to happen
   */
  record Described(
      String kind,
      int microShards,
      int tasks,
      Way way,
      int rows,
      int paceMillis,
      List<Event> events) {
    /** Something that happens after a step. */
    record Event(ClusterEvent what, int step) {}

    /** How arrays travel. */
    enum Way {
      INLINE,
      BLOCKS,
      FILES
    }

    int maxInlineFloats() {
      return way == Way.INLINE ? 1 << 16 : 0;
    }

    boolean sharesFiles() {
      return way == Way.FILES;
    }

    SmallRun run() {
      return new SmallRun(microShards, rows, 10, 0.02);
    }
  }

  static Described described(String text) {
    String[] parts = text.split(",", -1);
    return new Described(
        parts[0],
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Described.Way.valueOf(parts[3]),
        Integer.parseInt(parts[4]),
        Integer.parseInt(parts[5]),
        Arrays.stream(parts[6].split("\\+"))
            .filter(each -> !each.isEmpty())
            .map(each -> each.split("@", 2))
            .map(
                each ->
                    new Described.Event(ClusterEvent.valueOf(each[0]), Integer.parseInt(each[1])))
            .toList());
  }

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
          .forEach(arg -> run(spark, Path.of(args[0]), described(arg)));
    } finally {
      spark.stop();
    }
  }

  private static void run(SparkContext spark, Path directory, Described described) {
    SmallRun run = described.run();
    Map<Split, ShardSource> sources = run.sources(spark, directory);
    StepSettings settings =
        new StepSettings(
            2000,
            5000,
            STEP_TIMEOUT_MILLIS,
            1000,
            described.maxInlineFloats(),
            described.sharesFiles());
    Watcher watcher = new Watcher(spark, described);
    int tasks = described.tasks();
    try (StepRunner steps =
        switch (described.kind()) {
          case "job" -> new JobSteps(spark, run.spec(), sources, settings, tasks);
          case "resident" -> new ResidentSteps(spark, run.spec(), sources, settings, tasks);
          default -> new InProcessSteps(run.spec(), run.shards(directory), tasks);
        }) {
      String digest = run.train(steps, Optional.empty(), SmallRun.EPOCHS, watcher).weightsSha256();
      System.out.println(digest + " " + watcher.tasks());
    } finally {
      watcher.close();
    }
  }

  private static final class Watcher implements TrainingListener, AutoCloseable {
    private final SparkContext spark;
    private final Described described;
    private final ClusterEvent.Aftermath aftermath = new ClusterEvent.Aftermath();
    private int leastTasks = Integer.MAX_VALUE;
    private int mostTasks;
    private final AtomicInteger speculative = new AtomicInteger();
    private final SparkListener counter =
        new SparkListener() {
          @Override
          public void onSpeculativeTaskSubmitted(SparkListenerSpeculativeTaskSubmitted submitted) {
            speculative.incrementAndGet();
          }
        };

    Watcher(SparkContext spark, Described described) {
      this.spark = spark;
      this.described = described;
      spark.addSparkListener(counter);
    }

    String tasks() {
      return leastTasks + " " + mostTasks + " " + speculative.get();
    }

    @Override
    public void onStep(StepReport report) {
      leastTasks = Math.min(leastTasks, report.tasks());
      mostTasks = Math.max(mostTasks, report.tasks());
      for (Described.Event event : described.events()) {
        if (event.step() == report.step()) {
          event.what().happen(spark, aftermath);
        }
      }
      if (described.paceMillis() > 0) {
        try {
          Thread.sleep(described.paceMillis());
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void close() {
      spark.removeSparkListener(counter);
      aftermath.close();
    }
  }
}
