package io.gradflow.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.train.TrainingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path directory;

  @Test
  void read_whatWasWritten_sameBits() throws IOException {
    CheckpointStore store = store();
    TrainingState state = States.at(47);
    write(store, 47, Made.STEP);
    Checkpoint checkpoint = store.open("step-0000000047");
    checkpoint.verify();
    assertEquals(47, checkpoint.manifest().step());
    assertEquals(Made.STEP, checkpoint.manifest().made());
    assertEquals(States.RUN, checkpoint.manifest().run());
    assertEquals(
        States.bits(state), States.bits(checkpoint.read(States.LAYOUT, States.at(0).optimizer())));
  }

  @Test
  void newest_bytesOfEveryFileDamaged_passedOverSayingWhy() throws IOException {
    CheckpointStore store = store();
    write(store, 10, Made.STEP);
    write(store, 20, Made.STEP);
    int tried = 0;
    try (Stream<Path> files = Files.list(directory.resolve("step-0000000020"))) {
      for (Path file : files.sorted().toList()) {
        byte[] whole = Files.readAllBytes(file);
        for (int i = tried % 3; i < whole.length; i += 3) {
          byte[] damaged = whole.clone();
          damaged[i] ^= (byte) (1 << (i % 8));
          Files.write(file, damaged);
          assertPassedOver(file.getFileName() + " byte " + i);
          tried++;
        }
        for (byte[] damaged :
            List.of(
                new byte[0],
                java.util.Arrays.copyOf(whole, whole.length - 1),
                java.util.Arrays.copyOf(whole, whole.length + 1))) {
          Files.write(file, damaged);
          assertPassedOver(file.getFileName() + " of " + damaged.length + " bytes");
        }
        Files.delete(file);
        assertPassedOver(file.getFileName() + " missing");
        Files.write(file, whole);
      }
    }
    assertTrue(tried > 800, tried + " bytes");
    assertEquals(20, newest(store, new ArrayList<>()).orElseThrow().manifest().step());
  }

  private void assertPassedOver(String what) throws IOException {
    List<String> reasons = new ArrayList<>();
    Optional<Checkpoint> found = newest(store(), reasons);
    assertEquals(10, found.orElseThrow().manifest().step(), what);
    assertEquals(1, reasons.size(), what + ": " + reasons);
    assertTrue(
        reasons.get(0).startsWith("step-0000000020 is passed over: ")
            && reasons.get(0).contains(directory.toString()),
        what + ": " + reasons);
  }

  @Test
  void write_killedAtEveryPoint_thePreviousStaysUsable() throws IOException {
    int points = 0;
    for (boolean blown = true; blown; points++) {
      Path root = directory.resolve("kill-" + points);
      write(new CheckpointStore(Storage.local(root)), 10, Made.STEP);
      write(new CheckpointStore(Storage.local(root)), 20, Made.STEP);
      FaultyStorage.Fuse fuse = new FaultyStorage.Fuse(points);
      CheckpointStore dying = new CheckpointStore(new FaultyStorage(Storage.local(root), fuse));
      try {
        write(dying, 30, Made.STEP);
        dying.prune(1, false);
      } catch (IOException e) {
        assertEquals("killed here", e.getMessage());
      }
      blown = fuse.blown();
      CheckpointStore survivor = new CheckpointStore(Storage.local(root));
      Checkpoint newest = newest(survivor, new ArrayList<>()).orElseThrow();
      long step = newest.manifest().step();
      assertTrue(step == 20 || step == 30, "point " + points + ": step " + step);
      assertEquals(
          States.bits(States.at(step)),
          States.bits(newest.read(States.LAYOUT, States.at(0).optimizer())));
      // What the dead one left behind is in nobody's way.
      write(survivor, 30, Made.STEP);
      survivor.prune(1, false);
      assertEquals(List.of("step-0000000030"), survivor.names());
    }
    assertTrue(points > 15, points + " points");
  }

  @Test
  void write_noLongerTheOwner_leavesNoCheckpoint() throws IOException {
    CheckpointStore store = store();
    write(store, 10, Made.STEP);
    assertThrows(
        IllegalStateException.class,
        () ->
            store.write(
                States.at(20),
                Made.STEP,
                false,
                States.RUN,
                States.LAYOUT,
                () -> {
                  throw new IllegalStateException("not mine");
                }));
    assertEquals(List.of("step-0000000010"), store.names());
  }

  @Test
  void prune_keepsTheNewestTheBestAndTheNewestRegular() throws IOException {
    CheckpointStore store = store();
    write(store, 10, Made.STEP);
    store.write(States.at(20), Made.EPOCH, true, States.RUN, States.LAYOUT, () -> {});
    store.write(States.at(30), Made.EPOCH, false, States.RUN, States.LAYOUT, () -> {});
    write(store, 40, Made.TIME);
    write(store, 50, Made.STOP);
    Files.createDirectories(directory.resolve("step-0000000045"));
    Files.createDirectories(directory.resolve("notes"));
    // A new store knows nothing and reads manifests.
    store().prune(2, true);
    assertEquals(
        List.of("step-0000000050", "step-0000000040", "step-0000000030", "step-0000000020"),
        store.names());
    store().prune(1, false);
    assertEquals(List.of("step-0000000050", "step-0000000030"), store.names());
    assertTrue(Files.exists(directory.resolve("notes")), "not a checkpoint's name");
  }

  @Test
  void open_otherVersion_namesBoth() throws IOException {
    CheckpointStore store = store();
    write(store, 10, Made.STEP);
    Path manifest = directory.resolve("step-0000000010/manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"version\": 1", "\"version\": 9"));
    GradflowException error =
        assertThrows(GradflowException.class, () -> store.open("step-0000000010"));
    assertEquals(ExitCode.BAD_DATA, error.code());
    assertTrue(
        error.getMessage().contains("format version 9, this build reads 1"), error.getMessage());
  }

  @Test
  void read_otherOptimizerOrNetwork_saysWhatIsThere() throws IOException {
    CheckpointStore store = store();
    write(store, 10, Made.STEP);
    Checkpoint checkpoint = store.open("step-0000000010");
    TreeMap<String, float[]> other = new TreeMap<>();
    other.put("momentum/trace", new float[16]);
    GradflowException error =
        assertThrows(GradflowException.class, () -> checkpoint.read(States.LAYOUT, other));
    assertEquals(ExitCode.BAD_JOB, error.code());
    assertTrue(
        error
            .getMessage()
            .contains(
                "holds [adam/m [16], adam/v [16]]; this job's optimizer keeps"
                    + " [momentum/trace [16]]"),
        error.getMessage());
  }

  @Test
  void differences_ofTwoRuns_nameKeyAndBothValues() {
    RunIdentity now =
        new RunIdentity(
            RunIdentity.flatten(
                java.util.Map.of(
                    "seed",
                    7,
                    "train",
                    java.util.Map.of("batchSize", 32, "tasks", 4),
                    "layers",
                    List.of("flatten")),
                List.of("train.tasks")));
    assertEquals(
        List.of(
            "layers[0]: (none) in the checkpoint, flatten now",
            "train.batchSize: 64 in the checkpoint, 32 now"),
        States.RUN.differences(now));
  }

  private CheckpointStore store() {
    return new CheckpointStore(Storage.local(directory));
  }

  private static void write(CheckpointStore store, long step, Made made) throws IOException {
    long bytes = store.write(States.at(step), made, false, States.RUN, States.LAYOUT, () -> {});
    assertTrue(bytes > 4 * (20 + 20 + 32));
  }

  private static Optional<Checkpoint> newest(CheckpointStore store, List<String> reasons)
      throws IOException {
    return store.newest(manifest -> true, reasons::add);
  }

  /** The layout of the file is part of the format. */
  @Test
  void manifest_text_isWhatReadersOfThisVersionExpect() throws IOException {
    TreeMap<String, CheckpointFile> files = new TreeMap<>();
    files.put("state.json", new CheckpointFile(3, "ab"));
    String json = new CheckpointManifest(400, 4, Made.EPOCH, true, States.RUN, files).toJson();
    assertEquals(
        """
        {
          "format": "gradflow-checkpoint",
          "version": 1,
          "step": 400,
          "epoch": 4,
          "made": "epoch",
          "best": true,
          "run": {
            "seed": "7",
            "train.batchSize": "64"
          },
          "files": {
            "state.json": {
              "bytes": 3,
              "sha256": "ab"
            }
          },
        """,
        json.substring(0, json.lastIndexOf("  \"sha256\"")));
    CheckpointManifest.parse(json.getBytes(StandardCharsets.UTF_8), "here");
  }
}
