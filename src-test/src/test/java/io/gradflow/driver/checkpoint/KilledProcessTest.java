package io.gradflow.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.model.Storage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes killed without notice while they train and write. */
class KilledProcessTest {
  private static final long SEED = 20;
  private static final int KILLS = 4;

  @TempDir Path directory;

  @Test
  void resume_killedAtRandomMoments_sameWeightsAsUndisturbed()
      throws IOException, InterruptedException {
    String expected = run(Files.createDirectory(directory.resolve("undisturbed")), Long.MAX_VALUE);
    Path disturbed = Files.createDirectory(directory.resolve("disturbed"));
    CheckpointStore store = new CheckpointStore(Storage.local(disturbed.resolve("checkpoints")));
    Random random = new Random(SEED);
    List<String> newest = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      // From its first step on, a run takes a second and more.
      String ended = run(disturbed, 10 + random.nextInt(120));
      assertEquals("", ended, "kill " + kill + " came too late");
      newest.add(newestWhole(store));
    }
    assertTrue(newest.stream().distinct().count() > 1, "no progress: " + newest);
    assertEquals(
        expected, run(disturbed, Long.MAX_VALUE), "killed at " + newest + ", seed " + SEED);
  }

  /** The newest checkpoint that is not half written; empty without one. */
  private static String newestWhole(CheckpointStore store) throws IOException {
    return store
        .newest(manifest -> true, reason -> {})
        .map(checkpoint -> CheckpointStore.name(checkpoint.manifest().step()))
        .orElse("");
  }

  /** What a trainer prints; kills it some time after its first new checkpoint. */
  private static String run(Path directory, long killAfterMillis)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(KilledTrainer.class.getName(), directory.toString()));
    Path out = directory.resolve("stdout");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    try {
      if (killAfterMillis < Long.MAX_VALUE) {
        CheckpointStore store =
            new CheckpointStore(Storage.local(directory.resolve("checkpoints")));
        String before = newestWhole(store);
        while (process.isAlive() && newestWhole(store).equals(before)) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        TimeUnit.MILLISECONDS.sleep(killAfterMillis);
        process.destroyForcibly();
      }
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end");
      return Files.readString(out).strip();
    } finally {
      process.destroyForcibly();
    }
  }
}
