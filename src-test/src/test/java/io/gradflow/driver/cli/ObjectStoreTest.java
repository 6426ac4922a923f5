package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.driver.cli.Shell.Result;
import io.gradflow.testkit.ObjectStoreFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose output is on an object store, killed while they write to it. 2 epochs of 7 steps. */
class ObjectStoreTest {
  private static final String RUN = ObjectStoreFileSystem.SCHEME + "://bucket/runs/a";
  private static final List<String> RESULTS =
      List.of("model/model.json", "model/weights.safetensors", "report.html", "metrics.jsonl");

  /** {@code -Dgradflow.chaos=true}: killed at every operation instead of some. */
  private static final boolean ALL = Boolean.getBoolean("gradflow.chaos");

  @TempDir private Path directory;
  private Path job;
  private String expected;

  @BeforeEach
  void trainOnDisk() throws IOException {
    ObjectStoreFileSystem.reset();
    job = Blobs.write(directory);
    Path output = directory.resolve("local");
    Result trained = train(output.toString());
    assertEquals(0, trained.code(), trained.err());
    expected = sha256(Files.readString(output.resolve("summary.json")));
  }

  @AfterEach
  void forget() {
    ObjectStoreFileSystem.reset();
  }

  @Test
  void train_killedWhileItWrites_goesOnToTheSameWeights() throws IOException {
    long plenty = 1_000_000;
    ObjectStoreFileSystem.dieAfter(plenty);
    Result whole = train(RUN);
    assertEquals(0, whole.code(), whole.err());
    assertFinished("not killed");
    long operations = plenty - ObjectStoreFileSystem.left();
    assertTrue(operations > 60, operations + " operations");
    for (long point :
        ALL
            ? LongStream.range(0, operations).toArray()
            : new long[] {5, operations / 2, operations - 4}) {
      ObjectStoreFileSystem.reset();
      ObjectStoreFileSystem.dieAfter(point);
      Result killed = train(RUN);
      requireHonest(killed, "killed at operation " + point);
      resume("killed at operation " + point);
    }
  }

  @Test
  void resume_killedAtEveryPointOfItsBeginning_goesOnToTheSameWeights() throws IOException {
    ObjectStoreFileSystem.dieAfter(60);
    requireHonest(train(RUN), "the first run");
    assertFalse(
        ObjectStoreFileSystem.locations(RUN + "/checkpoints/step-0000000003/manifest").isEmpty(),
        "no checkpoint yet");
    for (int point = 0; point < 16; point += ALL ? 1 : 4) {
      revive();
      ObjectStoreFileSystem.dieAfter(point);
      requireHonest(train(RUN), "resumed, killed at operation " + point);
    }
    resume("killed at the beginning, again and again");
  }

  /**
   * A run that was cut short says so, and leaves nothing that looks like a result. Cut short after
   * its summary was in place, with only the summary's temporary object to remove, it may say so as
   * well: the result is whole then.
   */
  private void requireHonest(Result killed, String when) throws IOException {
    boolean finished = !ObjectStoreFileSystem.locations(RUN + "/summary.json").isEmpty();
    String said = when + ": exit " + killed.code() + killed.err();
    assertTrue(finished || killed.code() != 0, said);
    if (finished) {
      assertFinished(said);
    }
  }

  private void resume(String when) throws IOException {
    revive();
    Result resumed = train(RUN);
    assertEquals(0, resumed.code(), when + "\n" + resumed.err());
    assertFinished(when);
  }

  /** The process that held the lock is gone, which another could see; here it is this one. */
  private static void revive() {
    ObjectStoreFileSystem.dieAfter(Long.MAX_VALUE);
    ObjectStoreFileSystem.remove(RUN + "/run.lock");
    ObjectStoreFileSystem.remove(RUN + "/run.heartbeat");
  }

  private void assertFinished(String when) throws IOException {
    byte[] summary = ObjectStoreFileSystem.content(RUN + "/summary.json");
    assertEquals(expected, sha256(new String(summary, StandardCharsets.UTF_8)), when);
    for (String name : RESULTS) {
      assertTrue(ObjectStoreFileSystem.content(RUN + "/" + name).length > 0, when + ": " + name);
    }
  }

  private Result train(String output) {
    List<Object> words = new ArrayList<>(List.of("train", job, "--output", output));
    words.addAll(List.of("--resume", "auto", "--set", "checkpoint={everySteps: 3, keep: 2}"));
    // Checkpoints are then made where they are due, however fast the steps are.
    words.addAll(List.of("--set", "train.onNonFinite=rollback"));
    words.addAll(List.of("--set", "train.stepRunner=inProcess"));
    return Shell.run(words.toArray());
  }

  private static String sha256(String summary) {
    return summary.replaceAll("(?s).*\"weightsSha256\": \"([0-9a-f]+)\".*", "$1");
  }
}
