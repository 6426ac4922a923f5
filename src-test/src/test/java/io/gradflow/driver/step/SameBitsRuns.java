package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.testkit.LocalCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs that must all give the weights of the {@link ReferenceLoop}, as {@link ClusterRuns} takes
 * them.
 */
final class SameBitsRuns {
  private static final int[] MICRO_SHARDS = {1, 2, 3, 5, 8};
  private static final int MOST_TASKS = 3;
  private static final int ROWS = 103;

  /** Of the steps of a run, the last after which something may happen, so that steps follow it. */
  private static final int LAST_EVENT = 28;

  private SameBitsRuns() {}

  /** Every number of micro-shards on one to three tasks, undisturbed. */
  static List<String> undisturbed(String kind, String way) {
    List<String> runs = new ArrayList<>();
    for (int microShards : MICRO_SHARDS) {
      for (int tasks = 1; tasks <= MOST_TASKS; tasks++) {
        runs.add(run(kind, microShards, tasks, way, ""));
      }
    }
    return runs;
  }

  /** The same by jobs and by resident tasks, a task killed after each of two steps by chance. */
  static List<String> withTasksKilled(long seed) {
    Random random = new Random(seed);
    List<String> runs = new ArrayList<>();
    for (String kind : List.of("job", "resident")) {
      for (String run : undisturbed(kind, "INLINE")) {
        runs.add(run + "KILL_TASK@" + step(random) + "+KILL_TASK@" + step(random));
      }
    }
    return runs;
  }

  /** Resident tasks and jobs of which an executor is killed after a step by chance. */
  static List<String> withExecutorsKilled(long seed) {
    Random random = new Random(seed);
    List<String> runs = new ArrayList<>();
    for (String way : List.of("INLINE", "BLOCKS", "FILES")) {
      runs.add(run("resident", 8, 2, way, "KILL@" + step(random)));
      runs.add(run("resident", 5, 3, way, "KILL@" + step(random) + "+KILL@" + step(random)));
    }
    runs.add(run("job", 5, 2, "INLINE", "KILL@" + step(random)));
    return runs;
  }

  private static String run(String kind, int microShards, int tasks, String way, String events) {
    return kind + "," + microShards + "," + tasks + "," + way + "," + ROWS + ",0," + events;
  }

  private static int step(Random random) {
    return 2 + random.nextInt(LAST_EVENT - 2);
  }

  /**
   * Trains runs in a JVM of their own, one after the other, and compares the weights.
   *
   * @param settings of Spark, {@code key=value}
   * @return of each run the least and the largest number of tasks that a step had, and speculative
   *     ones
   */
  static List<String> assertSameBits(Path directory, List<String> settings, List<String> runs)
      throws Exception {
    Map<SmallRun, String> digests = new HashMap<>();
    List<String> expected = new ArrayList<>();
    for (String described : runs) {
      SmallRun run = ClusterRuns.described(described).run();
      String digest = digests.get(run);
      if (digest == null) {
        run.shards(directory);
        digest = WeightsDigest.sha256(ReferenceLoop.train(run));
        digests.put(run, digest);
      }
      expected.add(described + " " + digest);
    }
    List<String> args = new ArrayList<>(List.of(directory.toString()));
    args.addAll(settings);
    args.addAll(runs);
    List<String> printed =
        LocalCluster.run(ClusterRuns.class, directory, args.toArray(String[]::new));
    List<String> received = new ArrayList<>();
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < printed.size(); i++) {
      String[] words = printed.get(i).split(" ", 2);
      received.add(runs.get(i) + " " + words[0]);
      tasks.add(words[1]);
    }
    assertEquals(expected, received);
    return tasks;
  }
}
