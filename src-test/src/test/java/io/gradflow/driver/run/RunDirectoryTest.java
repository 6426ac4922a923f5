package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.OutputSection.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path directory;

  @Test
  void check_missingOrEmptyDirectory_isFine() throws IOException {
    new RunDirectory(Storage.local(directory.resolve("new"))).check(Mode.ERROR);
    new RunDirectory(Storage.local(directory)).check(Mode.ERROR);
    assertFalse(Files.exists(directory.resolve("new")), "nothing is made before there is need");
  }

  @Test
  void check_finishedRunWithoutOverwrite_refused() throws IOException {
    Storage storage = finishedRun();
    assertBlocked(storage, false, "exists and is not empty; choose another --output");
    assertTrue(storage.exists("summary.json"));
  }

  @Test
  void open_finishedRunWithOverwrite_deletesOnlyWhatRunsWrite() throws IOException {
    Storage storage = finishedRun();
    RunDirectory run = new RunDirectory(storage);
    run.check(Mode.OVERWRITE);
    run.open(Map.of("format", "gradflow-run"), OptionalLong.empty()).close();
    assertEquals(List.of("manifest.json", "metrics.jsonl", "notes.txt"), storage.list(""));
    assertEquals("", read(storage, "metrics.jsonl"), "the earlier run's is gone");
  }

  @Test
  void check_foreignDirectoryWithOverwrite_refusedAndUntouched() throws IOException {
    Storage storage = Storage.local(directory);
    write(storage, "model/precious.txt", "mine");
    assertBlocked(storage, true, "not Gradflow's to overwrite");
    write(storage, "manifest.json", "{\"format\": \"something else\"}");
    assertBlocked(storage, true, "not Gradflow's to overwrite");
    write(storage, "manifest.json", "no JSON");
    assertBlocked(storage, true, "not Gradflow's to overwrite");
    assertTrue(storage.exists("model/precious.txt"));
  }

  @TestFactory
  Stream<DynamicTest> storage_everyImplementation_keepsTheContract() {
    Configuration raw = new Configuration(false);
    raw.set("fs.file.impl", RawLocalFileSystem.class.getName());
    raw.setBoolean("fs.file.impl.disable.cache", true);
    return Stream.of(
        DynamicTest.dynamicTest(
            "java.nio", () -> checkContract(Storage.local(directory.resolve("a")))),
        DynamicTest.dynamicTest(
            "hadoop",
            () ->
                checkContract(
                    new HadoopStorage(
                        new org.apache.hadoop.fs.Path(directory.resolve("b").toUri()), raw))));
  }

  private static void checkContract(Storage storage) throws IOException {
    assertFalse(storage.exists(""));
    assertEquals(List.of(), storage.list(""));
    GradflowException missing =
        assertThrows(GradflowException.class, () -> storage.open("a/b.txt"));
    assertEquals(ExitCode.INPUT_MISSING, missing.code());
    assertTrue(missing.getMessage().contains(storage.location("a/b.txt")), missing.getMessage());

    write(storage, "a/b.txt", "first");
    write(storage, "a/b.txt", "second");
    assertEquals("second", read(storage, "a/b.txt"));
    assertEquals("second", read(storage.below("a"), "b.txt"));
    assertThrows(
        IOException.class,
        () ->
            storage.write(
                "a/b.txt",
                out -> {
                  out.write('x');
                  throw new IOException("disk full");
                }));
    assertEquals("second", read(storage, "a/b.txt"), "a failed write leaves the old file");

    byte[] mine = "mine".getBytes(StandardCharsets.UTF_8);
    assertTrue(storage.create("a/lock", mine));
    assertFalse(storage.create("a/lock", new byte[0]), "there is one");
    assertEquals("mine", read(storage, "a/lock"));

    try (OutputStream growing = storage.grow("c.jsonl")) {
      growing.write("line\n".getBytes(StandardCharsets.UTF_8));
      growing.flush();
      assertEquals("line\n", read(storage, "c.jsonl"), "flushed is readable");
    }
    GradflowException blocked =
        assertThrows(
            GradflowException.class, () -> write(storage, "c.jsonl/d.txt", "below a file"));
    assertEquals(ExitCode.OUTPUT_BLOCKED, blocked.code());

    storage.delete("a");
    storage.delete("a");
    assertEquals(
        List.of("c.jsonl"),
        storage.list("").stream().filter(name -> !name.startsWith(".")).toList());
  }

  private Storage finishedRun() throws IOException {
    Storage storage = Storage.local(directory);
    write(storage, "manifest.json", "{\"format\": \"gradflow-run\"}");
    for (String name :
        List.of("summary.json", "metrics.jsonl", "report.html", "model/model.json", "notes.txt")) {
      write(storage, name, "{}");
    }
    return storage;
  }

  private static void assertBlocked(Storage storage, boolean overwrite, String message) {
    GradflowException blocked =
        assertThrows(
            GradflowException.class,
            () -> new RunDirectory(storage).check(overwrite ? Mode.OVERWRITE : Mode.ERROR));
    assertEquals(ExitCode.OUTPUT_BLOCKED, blocked.code());
    assertTrue(blocked.getMessage().contains(message), blocked.getMessage());
  }

  private static void write(Storage storage, String name, String text) throws IOException {
    storage.write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String read(Storage storage, String name) throws IOException {
    try (InputStream in = storage.open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
