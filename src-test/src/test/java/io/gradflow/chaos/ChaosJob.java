package io.gradflow.chaos;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.TrainingRun;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The job of all runs: 4,000 rows of three overlapping clouds, dropout, AdamW, a schedule,
 * validation, early stopping that only watches; 57 steps an epoch in four micro-shards.
 */
public final class ChaosJob {
  private static final long SEED = 7;
  private static final int ROWS = 4000;

  /** How steps reach the executors, and for how many epochs, so that a run takes some seconds. */
  enum Steps {
    RESIDENT("resident", 80),
    JOB("job", 8);

    private final String word;
    private final int epochs;

    Steps(String word, int epochs) {
      this.word = word;
      this.epochs = epochs;
    }

    String word() {
      return word;
    }

    private String epochs() {
      return "train.epochs=" + epochs;
    }
  }

  private final Path file;
  private final Map<Steps, String> expected = new EnumMap<>(Steps.class);

  private ChaosJob(Path file) {
    this.file = file;
  }

  /** Writes the job file and its rows. */
  public static ChaosJob write(Path directory) throws IOException {
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
    Path file = directory.resolve("job.yaml");
    Files.writeString(
        file,
        """
        name: chaos
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
        train: {epochs: 1, batchSize: 64, microShards: 4, earlyStopping: {patience: 400}}
        checkpoint: {everySteps: 40, keep: 3, keepBest: true}
        """);
    return new ChaosJob(file);
  }

  /** Its job file. */
  public Path file() {
    return file;
  }

  /** The words after {@code gradflow} that train it, going on from what is in the output. */
  List<String> command(Steps steps, Path output, List<String> more) {
    List<String> words = new ArrayList<>(List.of("train", file.toString()));
    words.addAll(List.of("--output", output.toString(), "--resume", "auto"));
    words.addAll(List.of("--set", "train.stepRunner=" + steps.word()));
    words.addAll(List.of("--set", steps.epochs()));
    words.addAll(more);
    return words;
  }

  /** The sha256 of the weights of a run that nobody disturbs, by threads of this process. */
  String expected(Steps steps) throws IOException {
    if (!expected.containsKey(steps)) {
      List<String> settings = List.of(steps.epochs(), "train.stepRunner=inProcess");
      Job job =
          JobFile.read(Files.readString(file), "job.yaml", settings)
              .relocate(JobFile.pathsFrom(file.toString()));
      Path output = file.resolveSibling("calm-" + steps.word());
      expected.put(
          steps,
          new TrainingRun(SparkSessions.local2(), job)
              .run(Storage.local(output), List.of())
              .summary()
              .result()
              .weightsSha256());
    }
    return expected.get(steps);
  }

  /** The sha256 of the weights that a finished run has left; "" if it is not finished. */
  static String found(Path output) throws IOException {
    Path summary = output.resolve("summary.json");
    return Files.exists(summary)
        ? Files.readString(summary).replaceAll("(?s).*\"weightsSha256\": \"([0-9a-f]+)\".*", "$1")
        : "";
  }
}
