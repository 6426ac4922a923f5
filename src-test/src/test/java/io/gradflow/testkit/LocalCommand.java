package io.gradflow.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Short commands of the system that the tests run on. */
public final class LocalCommand {
  private LocalCommand() {}

  /**
   * Runs a command.
   *
   * @throws IllegalStateException if it ends otherwise than with 0, with what it said
   */
  public static void run(String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit;
    try {
      exit = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (exit != 0) {
      throw new IllegalStateException(List.of(words) + " ends with " + exit + ": " + said);
    }
  }

  /** Whether there is such a command and it ends with 0. */
  public static boolean succeeds(String... words) {
    try {
      run(words);
      return true;
    } catch (IOException | IllegalStateException e) {
      return false;
    }
  }
}
