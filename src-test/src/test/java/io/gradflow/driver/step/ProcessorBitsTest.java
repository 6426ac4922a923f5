package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One golden digest of a short run's weights, whatever computes it. */
class ProcessorBitsTest {
  /** Weights of {@link SmallRunBits}; portable numerics keep it for ever. */
  private static final String GOLDEN =
      "c89f65a3e98479b8340cd3f35e8844a4d4cad30f53b49e6ff55504d9453f7ec8";

  /** Names a java launcher of another processor, e.g. of 64-bit ARM under emulation. */
  private static final String OTHER_JAVA = "GRADFLOW_OTHER_JAVA";

  @TempDir Path directory;

  @Test
  void train_here_goldenWeights() {
    SmallRun run = SmallRun.of(4);
    try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 2)) {
      assertEquals(GOLDEN, run.train(steps).weightsSha256());
    }
  }

  @Test
  void train_plainLoopOfTheTests_goldenWeights() {
    assertEquals(GOLDEN, WeightsDigest.sha256(ReferenceLoop.train(SmallRun.of(4))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dgradflow.vector=scalar",
        "-Dgradflow.vector=128",
        "-Dgradflow.vector=256",
        "-Dgradflow.vector=512",
        "-XX:UseAVX=2",
        "-XX:TieredStopAtLevel=1",
        "-Xint"
      })
  void train_inAnotherJvm_goldenWeights(String option) throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx512m", option),
            SmallRunBits.class.getName());
    assertEquals(0, child.exitCode(), child.stderr());
    assertEquals(GOLDEN, child.stdout());
  }

  @Test
  void train_withoutTheVectorModule_goldenWeights() throws IOException, InterruptedException {
    ChildJvm.Outcome child = ChildJvm.run(List.of("-Xmx512m"), SmallRunBits.class.getName());
    assertEquals(0, child.exitCode(), child.stderr());
    assertEquals(GOLDEN, child.stdout());
  }

  @Test
  void train_onAnotherProcessor_goldenWeights() throws IOException, InterruptedException {
    String java = System.getenv(OTHER_JAVA);
    assumeTrue(
        java != null,
        OTHER_JAVA + " is not set: name a java launcher of another processor to compare with it");
    ChildJvm.Outcome child =
        ChildJvm.run(
            java,
            List.of("--add-modules=jdk.incubator.vector", "-Xmx512m"),
            SmallRunBits.class.getName());
    assertEquals(0, child.exitCode(), child.stderr());
    assertEquals(GOLDEN, child.stdout());
  }
}
