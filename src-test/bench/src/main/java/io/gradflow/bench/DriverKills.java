package io.gradflow.bench;

import io.gradflow.chaos.ChaosJob;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.checkpoint.CheckpointStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills the driver of a training command without notice, again and again, resumes it, and compares
 * the weights with those of a run that nobody disturbed. Prints a line a kill and ends with 1 if
 * the weights differ.
 *
 * <p>Arguments: kills (default 20), master (default {@code local[2]}), {@code train.stepRunner}
 * (default {@code auto}).
 */
public final class DriverKills {
  private static final long SEED = 7;
  private static final int MAX_DELAY_MILLIS = 4000;
  private static final long TIMEOUT_SECONDS = 300;

  private final Path directory;
  private final Path job;
  private final String master;
  private final String runner;

  private DriverKills(Path directory, String master, String runner) throws IOException {
    this.directory = directory;
    this.job = ChaosJob.write(directory).file();
    this.master = master;
    this.runner = runner;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    int kills = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    String master = args.length > 1 ? args[1] : "local[2]";
    String runner = args.length > 2 ? args[2] : "auto";
    Path directory = Files.createTempDirectory("driver-kills");
    boolean same = new DriverKills(directory, master, runner).run(kills);
    Storage.local(directory).delete("");
    System.exit(same ? 0 : 1);
  }

  private boolean run(int kills) throws IOException, InterruptedException {
    Path calm = directory.resolve("calm");
    finish(calm);
    Path disturbed = directory.resolve("disturbed");
    Random random = new Random(SEED);
    System.out.printf(Locale.ROOT, "%s, stepRunner %s, seed %d%n", master, runner, SEED);
    System.out.println("kill  ms after training began  newest checkpoint");
    for (int kill = 1; kill <= kills; kill++) {
      int delay = random.nextInt(MAX_DELAY_MILLIS);
      if (!killAfter(disturbed, delay)) {
        System.out.printf(Locale.ROOT, "%4d  the run was over before%n", kill);
        break;
      }
      CheckpointStore store =
          new CheckpointStore(Storage.local(disturbed.resolve(CheckpointStore.DIRECTORY)));
      System.out.printf(
          Locale.ROOT,
          "%4d  %23d  %s%n",
          kill,
          delay,
          store.names().stream().findFirst().orElse("none yet"));
    }
    finish(disturbed);
    String expected = weights(calm);
    String found = weights(disturbed);
    System.out.println("undisturbed " + expected);
    System.out.println("disturbed   " + found);
    System.out.println(expected.equals(found) ? "the same bits" : "NOT the same bits");
    return expected.equals(found);
  }

  private void finish(Path output) throws IOException, InterruptedException {
    Process process = start(output);
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "exit " + process + "\n" + Files.readString(directory.resolve("stderr")));
    }
  }

  /** False if the run ended by itself. */
  private boolean killAfter(Path output, int delayMillis) throws IOException, InterruptedException {
    Process process = start(output);
    // What an earlier process of the run wrote does not count.
    Path errors = directory.resolve("stderr");
    while (process.isAlive() && !Files.readString(errors).contains("steps by ")) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    boolean ended = process.waitFor(delayMillis, TimeUnit.MILLISECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
    return !ended;
  }

  private Process start(Path output) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-") || option.startsWith("-XX:+Ignore"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx1g", "-Dspark.master=" + master, "-Dspark.ui.enabled=false"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("io.gradflow.driver.cli.Gradflow", "train"));
    command.addAll(List.of(job.toString(), "--output", output.toString(), "--resume", "auto"));
    Stream.of(
            "train.stepRunner=" + runner,
            "train.epochs=400",
            "checkpoint.everySteps=200",
            "checkpoint.keep=2")
        .forEach(setting -> command.addAll(List.of("--set", setting)));
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("stdout").toFile())
        .redirectError(directory.resolve("stderr").toFile())
        .start();
  }

  private static String weights(Path output) throws IOException {
    return Files.readString(output.resolve("summary.json"))
        .replaceAll("(?s).*\"weightsSha256\": \"([0-9a-f]+)\".*", "$1");
  }
}
