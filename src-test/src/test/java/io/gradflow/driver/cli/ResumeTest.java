package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.cli.Shell.Result;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.RunOptions;
import io.gradflow.driver.run.RunOptions.Resume;
import io.gradflow.driver.run.StopRequest;
import io.gradflow.driver.run.TrainingRun;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are stopped and resumed, by command. 2 epochs of 7 steps. */
class ResumeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHECKPOINTS = "checkpoint={everySteps: 3, keep: 2}";

  // Checkpoints by steps are then made where they are due, however fast the steps are.
  private static final String EXACT = "train.onNonFinite=rollback";

  @TempDir static Path directory;
  private static Path job;
  private static Path whole;

  @BeforeAll
  static void train() throws IOException {
    job = Blobs.write(directory);
    whole = directory.resolve("whole");
    Result trained =
        Shell.run("train", job, "--output", whole, "--set", CHECKPOINTS, "--set", EXACT);
    assertEquals(0, trained.code(), trained.err());
  }

  @Test
  void train_everySteps_keepsTheNewest() {
    assertEquals(
        List.of("step-0000000009", "step-0000000012"), names(whole.resolve("checkpoints")));
    assertEquals(
        List.of(
            "checkpoints",
            "manifest.json",
            "metrics.jsonl",
            "model",
            "report.html",
            "summary.json"),
        names(whole));
  }

  @Test
  void resume_stoppedRun_sameWeightsAndMetricsAsOneUndisturbed() throws IOException {
    Path run = directory.resolve("stopped");
    stopAfter(10, run);
    assertFalse(Files.exists(run.resolve("summary.json")), "it does not look finished");
    assertTrue(names(run.resolve("checkpoints")).contains("step-0000000010"));
    assertFalse(Files.exists(run.resolve("run.lock")));

    Result resumed = resume(run);
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("resumed after step 10, epoch 2"), resumed.err());
    JsonNode summary = summary(run);
    JsonNode expected = summary(whole);
    for (String key : List.of("weightsSha256", "train", "validation", "test", "steps", "status")) {
      assertEquals(expected.get(key), summary.get(key), key);
    }
    assertEquals(losses(whole), losses(run));
    assertTrue(Files.readString(run.resolve("report.html")).contains("training loss by step"));
  }

  @Test
  void resume_finishedRun_doesNothingAndSucceeds() throws IOException {
    Path run = directory.resolve("finished");
    copy(whole, run);
    byte[] before = Files.readAllBytes(run.resolve("summary.json"));
    Result again = resume(run, "--json");
    assertEquals(0, again.code(), again.err());
    assertTrue(again.err().contains("already finished"), again.err());
    assertEquals(new String(before, StandardCharsets.UTF_8), again.out());

    Result other = resume(run, "--set", "train.epochs=3");
    assertEquals(73, other.code(), other.err());
    assertTrue(other.err().contains("train.epochs: 2 in the checkpoint, 3 now"), other.err());

    Result longer = resume(run, "--set", "train.epochs=3", "--resume-anyway");
    assertEquals(0, longer.code(), longer.err());
    assertEquals(21, summary(run).get("steps").asInt());
    // Its schedule does not depend on the end of the run, so neither does the way there.
    Path direct = directory.resolve("direct");
    Shell.run("train", job, "--output", direct, "--set", "train.epochs=3");
    assertEquals(summary(direct).get("weightsSha256"), summary(run).get("weightsSha256"));
  }

  @Test
  void resume_otherJobOrData_refusedWithTheDifferences() throws IOException {
    Path run = directory.resolve("other");
    stopAfter(4, run);
    Result refused =
        resume(
            run,
            "--set",
            "optimizer.adam.learningRate=0.01",
            "--set",
            "train.microShards=4",
            "--set",
            "train.tasks=1");
    assertEquals(73, refused.code(), refused.err());
    assertTrue(
        refused.err().contains("optimizer.adam.learningRate: 0.05 in the checkpoint, 0.01 now"),
        refused.err());
    assertTrue(
        refused.err().contains("train.microShards: 2 in the checkpoint, 4 now"), refused.err());
    assertFalse(refused.err().contains("tasks"), "changes no bit\n" + refused.err());

    Path folder = Files.createDirectory(directory.resolve("other-data"));
    Path otherJob = Blobs.write(folder);
    List<String> rows = Files.readAllLines(folder.resolve("blobs.csv"));
    Files.write(folder.resolve("blobs.csv"), rows.subList(0, rows.size() - 1));
    Result otherData = resume(otherJob, run);
    assertEquals(73, otherData.code(), otherData.err());
    assertTrue(otherData.err().contains("data.fingerprint: "), otherData.err());
    // The same rows in another folder are the same run.
    Files.write(folder.resolve("blobs.csv"), rows);
    Result sameData = resume(otherJob, run);
    assertEquals(0, sameData.code(), sameData.err());
    assertEquals(summary(whole).get("weightsSha256"), summary(run).get("weightsSha256"));
  }

  /** A checkpoint of a build that did not have some options yet. */
  @Test
  void resume_checkpointLacksNewerOptions_goesOnIfTheyAreAtTheirDefaults() throws IOException {
    Path run = directory.resolve("older");
    stopAfter(4, run);
    EarlierBuild.forget(run, "data.features[0].log", "optimizer.adam.epsilon");
    Result other = resume(run, "--set", "data.float16=[features]");
    assertEquals(73, other.code(), other.err());
    assertTrue(other.err().contains("data.float16[0]: (none) in the checkpoint"), other.err());
    assertFalse(other.err().contains("data.features"), other.err());
    Result same = resume(run);
    assertEquals(0, same.code(), same.err());
    assertTrue(same.err().contains("resumed after step 4"), same.err());
    assertEquals(summary(whole).get("weightsSha256"), summary(run).get("weightsSha256"));
  }

  @Test
  void resume_damagedCheckpoints_passedOverSayingWhy() throws IOException {
    Path run = directory.resolve("damaged");
    stopAfter(10, run);
    Path newest = run.resolve("checkpoints/step-0000000010/weights.safetensors");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length - 1] ^= 1;
    Files.write(newest, bytes);
    Result resumed = resume(run);
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(
        resumed.err().contains("step-0000000010 is passed over: ")
            && resumed.err().contains("its sha256 is not the manifest's"),
        resumed.err());
    assertTrue(resumed.err().contains("resumed after step 9, epoch 2"), resumed.err());
    assertEquals(summary(whole).get("weightsSha256"), summary(run).get("weightsSha256"));
  }

  @Test
  void resume_fromACheckpointElsewhere_newRunGoesOnFromThere() throws IOException {
    Path run = directory.resolve("elsewhere");
    Result result =
        Shell.run(
            "train",
            job,
            "--output",
            run,
            "--resume",
            whole.resolve("checkpoints/step-0000000009"),
            "--set",
            CHECKPOINTS,
            "--set",
            EXACT);
    assertEquals(0, result.code(), result.err());
    assertEquals(summary(whole).get("weightsSha256"), summary(run).get("weightsSha256"));
    Result missing =
        Shell.run("train", job, "--output", run + "2", "--resume", directory.resolve("none"));
    assertEquals(66, missing.code(), missing.err());
    assertTrue(missing.err().contains("no whole checkpoint at "), missing.err());
  }

  @Test
  void inspect_checkpoint_showsWhatIsInItAndWhetherItIsWhole() throws IOException {
    Path checkpoint = directory.resolve("inspected");
    copy(whole.resolve("checkpoints/step-0000000012"), checkpoint);
    Result result = Shell.run("inspect", checkpoint);
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result.out().contains("checkpoint after step 12, 1 epochs ended; made: step"),
        result.out());
    assertTrue(result.out().contains("  dense_1/kernel [4, 8], 32"), result.out());
    assertTrue(result.out().contains("  adam/m [67], 67"), result.out());
    assertTrue(result.out().contains("  train.batchSize: 64"), result.out());
    Files.writeString(checkpoint.resolve("optimizer.safetensors"), "short");
    Result damaged = Shell.run("inspect", checkpoint);
    assertEquals(65, damaged.code());
    assertTrue(damaged.err().contains("has 5 bytes; the manifest says"), damaged.err());
  }

  @Test
  void train_outputInUse_secondRunRefused() throws IOException {
    Path run = directory.resolve("busy");
    List<Result> seconds = new ArrayList<>();
    run(
        run,
        new StopRequest(),
        step -> {
          if (step.step() == 2) {
            seconds.add(Shell.run("train", job, "--output", run, "--resume", "auto"));
            seconds.add(Shell.run("train", job, "--output", run, "--set", "output.mode=overwrite"));
          }
        });
    assertEquals(2, seconds.size());
    for (Result second : seconds) {
      assertEquals(73, second.code(), second.err());
      assertTrue(second.err().contains("is in use by another run (process "), second.err());
    }
    assertEquals(summary(whole).get("weightsSha256"), summary(run).get("weightsSha256"));
  }

  @Test
  void from_modelOrCheckpoint_startsWithItsWeights() throws IOException {
    // One step of a learning rate of nearly nothing shows what was there before.
    Path warm = directory.resolve("warm");
    Result result =
        Shell.run(
            "train",
            job,
            "--output",
            warm,
            "--set",
            "model.from=" + whole,
            "--set",
            "optimizer.adam.learningRate=1e-30",
            "--set",
            "train.epochs=1");
    assertEquals(0, result.code(), result.err());
    assertEquals(summary(whole).get("weightsSha256"), summary(warm).get("weightsSha256"));

    Path checkpoint = whole.resolve("checkpoints/step-0000000012");
    Path withState = directory.resolve("with-state");
    Path without = directory.resolve("without-state");
    for (Path run : List.of(withState, without)) {
      Result started =
          Shell.run(
              "train",
              job,
              "--output",
              run,
              "--set",
              "model.from=" + checkpoint,
              "--set",
              "model.fromOptimizer=" + run.equals(withState),
              "--set",
              "train.epochs=1");
      assertEquals(0, started.code(), started.err());
    }
    assertFalse(
        summary(withState).get("weightsSha256").equals(summary(without).get("weightsSha256")));

    Result noState =
        Shell.run(
            "train",
            job,
            "--output",
            directory.resolve("no-state"),
            "--set",
            "model.from=" + whole,
            "--set",
            "model.fromOptimizer=true");
    assertEquals(78, noState.code(), noState.err());
    assertTrue(noState.err().contains("is no checkpoint"), noState.err());
  }

  /** A run that is asked to stop after a step. */
  private static void stopAfter(long step, Path output) throws IOException {
    StopRequest stop = new StopRequest();
    GradflowException stopped =
        assertThrows(
            GradflowException.class,
            () ->
                run(
                    output,
                    stop,
                    report -> {
                      if (report.step() == step) {
                        stop.request();
                      }
                    }));
    assertEquals(ExitCode.STOPPED, stopped.code());
    assertTrue(
        stopped.getMessage().startsWith("stopped on request after step " + step + "; the run"),
        stopped.getMessage());
  }

  private static void run(Path output, StopRequest stop, Consumer<StepReport> onStep)
      throws IOException {
    Job read =
        JobFile.read(Files.readString(job), "blobs.yaml", List.of(CHECKPOINTS, EXACT))
            .relocate(JobFile.pathsFrom(job.toString()));
    new TrainingRun(SparkSessions.local2(), read)
        .run(
            Storage.local(output),
            new RunOptions(Resume.BY_MODE, Optional.empty(), false, stop),
            List.of(
                new TrainingListener() {
                  @Override
                  public void onStep(StepReport report) {
                    onStep.accept(report);
                  }
                }));
  }

  private static Result resume(Path output, Object... more) {
    return resume(job, output, more);
  }

  private static Result resume(Path file, Path output, Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", file, "--output", output));
    words.addAll(List.of("--resume", "auto", "--set", CHECKPOINTS, "--set", EXACT));
    words.addAll(List.of(more));
    return Shell.run(words.toArray());
  }

  private static JsonNode summary(Path output) throws IOException {
    return JSON.readTree(output.resolve("summary.json").toFile());
  }

  /** The loss of every step line, in order. */
  private static List<String> losses(Path output) throws IOException {
    List<String> losses = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      JsonNode values = JSON.readTree(line);
      if (values.get("type").asText().equals("step")) {
        losses.add(values.get("step") + " " + values.get("loss"));
      }
    }
    assertEquals(14, losses.size());
    return losses;
  }

  private static List<String> names(Path folder) {
    try {
      return Storage.local(folder).list("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
