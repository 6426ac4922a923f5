package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.testkit.LocalCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bits on executor processes of their own, also when one of them is killed. */
@Tag("cluster")
class LocalClusterTest {
  private static final int INLINE = 1 << 16;

  @TempDir private Path directory;

  @Test
  void train_onTwoExecutorProcesses_sameBitsAsThePlainLoopEvenIfOneIsKilled() throws Exception {
    assertSameBits(
        List.of(),
        List.of(
            "job,4," + INLINE + ",0",
            "resident,5,0,0",
            "resident,4," + INLINE + ",13",
            "resident,3,0,17",
            "job,3," + INLINE + ",9"));
  }

  @Test
  void train_withAuthenticationAndEncryption_sameBitsAsThePlainLoop() throws Exception {
    assertSameBits(
        List.of(
            "spark.authenticate=true",
            "spark.authenticate.secret=for-this-test-only",
            "spark.network.crypto.enabled=true",
            "spark.io.encryption.enabled=true"),
        List.of("resident,2," + INLINE + ",0", "resident,2,0,0"));
  }

  private void assertSameBits(List<String> settings, List<String> runs) throws Exception {
    List<String> expected = new ArrayList<>();
    for (String described : runs) {
      SmallRun run = SmallRun.of(Integer.parseInt(described.split(",", -1)[1]));
      run.shards(directory);
      expected.add(WeightsDigest.sha256(ReferenceLoop.train(run)));
    }
    List<String> args = new ArrayList<>(List.of(directory.toString()));
    args.addAll(settings);
    args.addAll(runs);
    assertEquals(
        expected, LocalCluster.run(ClusterRuns.class, directory, args.toArray(String[]::new)));
  }
}
