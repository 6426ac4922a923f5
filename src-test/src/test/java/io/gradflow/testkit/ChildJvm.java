package io.gradflow.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the test class path in a JVM of its own, with options of its own. */
public final class ChildJvm {
  private static final long TIMEOUT_SECONDS = 180;

  /** What a child left behind. */
  public record Outcome(int exitCode, String stdout, String stderr) {}

  private ChildJvm() {}

  /** Runs {@code mainClass} under this JVM's own java; nothing but {@code options} is passed on. */
  public static Outcome run(List<String> options, String mainClass, String... arguments)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return run(java, options, mainClass, arguments);
  }

  /**
   * @param java a launcher, perhaps of another processor's JVM under emulation
   */
  public static Outcome run(
      String java, List<String> options, String mainClass, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(List.of(arguments));
    Path stdout = Files.createTempFile("child", ".out");
    Path stderr = Files.createTempFile("child", ".err");
    try {
      Process child =
          new ProcessBuilder(command)
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile())
              .start();
      boolean ended = child.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        child.destroyForcibly().waitFor();
      }
      String output = Files.readString(stdout, StandardCharsets.UTF_8).strip();
      String errors = Files.readString(stderr, StandardCharsets.UTF_8).strip();
      if (!ended) {
        throw new AssertionError(
            mainClass + " still ran after " + TIMEOUT_SECONDS + " s:\n" + output + "\n" + errors);
      }
      return new Outcome(child.exitValue(), output, errors);
    } finally {
      Files.delete(stdout);
      Files.delete(stderr);
    }
  }
}
