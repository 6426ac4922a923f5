package io.gradflow.bench;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.checkpoint.CheckpointStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

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
  private static final int ROWS = 4000;
  private static final int MAX_DELAY_MILLIS = 4000;
  private static final long TIMEOUT_SECONDS = 300;

  private final Path directory;
  private final String master;
  private final String runner;

  private DriverKills(Path directory, String master, String runner) {
    this.directory = directory;
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
    writeJob(directory);
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
    command.addAll(
        List.of(directory.resolve("job.yaml").toString(), "--output", output.toString()));
    command.addAll(List.of("--resume", "auto", "--set", "train.stepRunner=" + runner));
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("stdout").toFile())
        .redirectError(directory.resolve("stderr").toFile())
        .start();
  }

  private static String weights(Path output) throws IOException {
    return Files.readString(output.resolve("summary.json"))
        .replaceAll("(?s).*\"weightsSha256\": \"([0-9a-f]+)\".*", "$1");
  }

  /** Writes {@code job.yaml} and its rows: 57 steps an epoch. */
  static void writeJob(Path directory) throws IOException {
    StringBuilder rows = new StringBuilder("x0,x1,x2,x3,label\n");
    Random random = new Random(SEED);
    for (int row = 0; row < ROWS; row++) {
      int label = random.nextInt(3);
      for (int j = 0; j < 4; j++) {
        rows.append(
            String.format(Locale.ROOT, "%.4f,", (j == label ? 2 : 0) + random.nextGaussian()));
      }
      rows.append("class").append(label).append('\n');
    }
    Files.writeString(directory.resolve("rows.csv"), rows, StandardCharsets.UTF_8);
    Files.writeString(
        directory.resolve("job.yaml"),
        """
        name: kills
        seed: 5
        data:
          train: {format: csv, path: rows.csv}
          validation: {split: 0.1}
          features:
            - {columns: x*, standardize: true}
          label: {column: label, as: class}
        model:
          layers:
            - dense: {units: 64, activation: relu}
            - dropout: 0.2
            - dense: {units: classes}
        loss: softmaxCrossEntropy
        optimizer: {adamW: {learningRate: 0.003}}
        schedule: {cosine: {warmupSteps: 100}}
        train: {epochs: 400, batchSize: 64, microShards: 4, earlyStopping: {patience: 400}}
        checkpoint: {everySteps: 200, keep: 2, keepBest: true}
        """);
  }
}
