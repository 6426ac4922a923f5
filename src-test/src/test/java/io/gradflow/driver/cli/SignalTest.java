package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, which gets signals. */
class SignalTest {
  @TempDir Path directory;

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void train_terminated_savesItsStateAndEndsWith75() throws IOException, InterruptedException {
    Path job = Blobs.write(directory);
    Path run = directory.resolve("run");
    // So many epochs that it is under way when the signal comes.
    Process process = start(job, run);
    try {
      Path metrics = run.resolve("metrics.jsonl");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
      while (process.isAlive()
          && System.nanoTime() < deadline
          && !(Files.exists(metrics) && Files.readString(metrics).contains("\"epoch\":2"))) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      process.destroy();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end");
    } finally {
      process.destroyForcibly();
    }
    String errors = Files.readString(directory.resolve("stderr"));
    assertEquals(75, process.exitValue(), errors);
    assertTrue(errors.contains("SIGTERM: the run finishes its step"), errors);
    assertTrue(errors.contains("stopped on request after step"), errors);
    assertFalse(Files.exists(run.resolve("summary.json")));
    assertFalse(Files.exists(run.resolve("run.lock")));
    String checkpoint = errors.replaceAll("(?s).*goes on from (\\S+) with.*", "$1");
    assertTrue(Files.exists(Path.of(checkpoint, "manifest.json")), checkpoint);
  }

  private Process start(Path job, Path run) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-") || option.startsWith("-XX:+Ignore"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Dspark.master=local[1]", "-Dspark.ui.enabled=false"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Gradflow.class.getName(), "train", job.toString()));
    command.addAll(List.of("--output", run.toString(), "--set", "train.epochs=1000000"));
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("stdout").toFile())
        .redirectError(directory.resolve("stderr").toFile())
        .start();
  }
}
