package io.gradflow.driver.step;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way of a step on every kind of master, with everything that can happen to it, against the
 * plain loop. Takes some ten minutes, so it runs when asked for:
 *
 * <pre>{@code
 * ./mvnw verify -Dtest=SameBitsMatrixTest -Dsurefire.failIfNoSpecifiedTests=false -Dgradflow.matrix=true
 * }</pre>
 */
@Tag("cluster")
@EnabledIfSystemProperty(named = "gradflow.matrix", matches = "true")
class SameBitsMatrixTest {
  private static final long SEED = 11;

  @TempDir private Path directory;

  @Test
  void train_onOneCore_sameBits() throws Exception {
    assertLocal("local[1]");
  }

  @Test
  void train_onTwoCores_sameBits() throws Exception {
    assertLocal("local[2]");
  }

  @Test
  void train_byJobsOnTwoProcesses_sameBits() throws Exception {
    SameBitsRuns.assertSameBits(directory, List.of(), SameBitsRuns.undisturbed("job", "INLINE"));
  }

  @Test
  void train_byResidentTasksOnTwoProcesses_sameBits() throws Exception {
    SameBitsRuns.assertSameBits(directory, List.of(), resident());
  }

  @Test
  void train_executorsKilledAtStepsByChance_sameBits() throws Exception {
    SameBitsRuns.assertSameBits(directory, List.of(), SameBitsRuns.withExecutorsKilled(SEED));
  }

  @Test
  void train_tasksKilledOnTwoProcesses_sameBits() throws Exception {
    SameBitsRuns.assertSameBits(directory, List.of(), SameBitsRuns.withTasksKilled(SEED));
  }

  @Test
  void train_withAuthenticationAndEncryption_sameBits() throws Exception {
    SameBitsRuns.assertSameBits(
        directory,
        List.of(
            "spark.authenticate=true",
            "spark.authenticate.secret=for-this-test-only",
            "spark.network.crypto.enabled=true",
            "spark.io.encryption.enabled=true"),
        resident());
  }

  private void assertLocal(String master) throws Exception {
    List<String> runs = new ArrayList<>();
    for (String kind : List.of("job", "resident", "inProcess")) {
      runs.addAll(SameBitsRuns.undisturbed(kind, "INLINE"));
    }
    runs.addAll(SameBitsRuns.withTasksKilled(SEED));
    SameBitsRuns.assertSameBits(directory, List.of("spark.master=" + master), runs);
  }

  private static List<String> resident() {
    List<String> runs = new ArrayList<>();
    for (String way : List.of("INLINE", "BLOCKS", "FILES")) {
      runs.addAll(SameBitsRuns.undisturbed("resident", way));
    }
    return runs;
  }
}
