package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bits on executor processes of their own, also when one of them is killed. */
@Tag("cluster")
class LocalClusterTest {
  @TempDir private Path directory;

  @Test
  void train_onTwoExecutorProcesses_sameBitsAsThePlainLoopEvenIfOneIsKilledOrStandsStill()
      throws Exception {
    assertSameBits(
        List.of(
            "spark.network.timeout=8s",
            "spark.network.timeoutInterval=1s",
            "spark.executor.heartbeatInterval=1s"),
        List.of(
            "job,4,2,INLINE,103,0,",
            "job,3,2,INLINE,103,0,KILL@9",
            "resident,5,8,BLOCKS,103,0,",
            "resident,1,1,FILES,103,0,",
            "resident,8,3,FILES,103,0,",
            "resident,4,8,INLINE,103,0,KILL@13",
            "resident,3,8,FILES,103,0,KILL@17",
            "resident,2,2,BLOCKS,103,0,FREEZE@20"));
  }

  /** Spark takes a task that stays for one that lags, and begins it a second time. */
  @Test
  void train_withAuthenticationEncryptionAndSpeculation_sameBitsAsThePlainLoop() throws Exception {
    List<String> tasks =
        assertSameBits(
            List.of(
                "spark.authenticate=true",
                "spark.authenticate.secret=for-this-test-only",
                "spark.network.crypto.enabled=true",
                "spark.io.encryption.enabled=true",
                "spark.speculation=true",
                "spark.speculation.interval=100ms",
                "spark.speculation.minTaskRuntime=100ms",
                "spark.speculation.task.duration.threshold=500ms"),
            List.of(
                "resident,2,2,INLINE,103,0,",
                "resident,2,2,BLOCKS,103,0,",
                "resident,4,1,INLINE,500,30,"));
    int speculative = Integer.parseInt(tasks.get(2).split(" ", 3)[2]);
    assertTrue(speculative > 0, "no task was begun a second time");
  }

  /**
   * Executors are added when tasks wait for them and retired, one stands still for a while, and
   * another job of the application wants its share, while training goes on.
   */
  @Test
  void train_executorsComeAndGo_sameBitsAsThePlainLoop() throws Exception {
    List<String> tasks =
        assertSameBits(
            List.of(
                "spark.dynamicAllocation.enabled=true",
                "spark.dynamicAllocation.shuffleTracking.enabled=true",
                "spark.dynamicAllocation.minExecutors=1",
                "spark.dynamicAllocation.initialExecutors=1",
                "spark.dynamicAllocation.maxExecutors=2",
                "spark.decommission.enabled=true",
                "spark.scheduler.mode=FAIR"),
            List.of(
                "resident,5,3,INLINE,500,30,PAUSE@30+OTHER_JOB@60",
                "resident,4,2,FILES,500,30,RETIRE@40"));
    assertEquals("1 2 0", tasks.get(1), "least and most tasks of a step");
  }

  /** One core: tasks that stay take the whole of it, so that all others wait for a new lease. */
  @Test
  void train_onOneCoreWithTasksKilled_sameBitsAsThePlainLoop() throws Exception {
    assertSameBits(List.of("spark.master=local[1]"), SameBitsRuns.withTasksKilled(5));
  }

  private List<String> assertSameBits(List<String> settings, List<String> runs) throws Exception {
    return SameBitsRuns.assertSameBits(directory, settings, runs);
  }
}
