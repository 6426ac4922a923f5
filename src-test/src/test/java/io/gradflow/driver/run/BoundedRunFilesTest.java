package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.checkpoint.Checkpoint;
import io.gradflow.driver.job.OutputSection.Mode;
import io.gradflow.testkit.EndlessFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Files of runs, checkpoints and searches that have no end. */
class BoundedRunFilesTest {
  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> read_fileWithoutEnd_refused() {
    Storage storage =
        new EndlessFiles(
            Storage.local(directory),
            "manifest.json",
            "summary.json",
            "profile.json",
            "search.txt",
            "0001.json");
    RunDirectory run = new RunDirectory(storage);
    return Stream.of(
        refused("manifest.json", run::identity),
        refused("summary.json", run::summary),
        refused("manifest.json", () -> Checkpoint.open(storage)),
        refused("profile.json", () -> SavedProfile.read(storage)),
        refused("search.txt", () -> new TrialStore(storage).open("")),
        refused("0001.json", () -> new PopulationStore(storage).round(0, 0)));
  }

  private static DynamicTest refused(String name, Executable reading) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          GradflowException refused = assertThrows(GradflowException.class, reading);
          assertEquals(ExitCode.BAD_DATA, refused.code());
          assertTrue(
              refused.getMessage().contains(name + " is longer than "), refused.getMessage());
        });
  }

  @Test
  void check_manifestWithoutEnd_isNoRuns() throws IOException {
    Storage storage = new EndlessFiles(Storage.local(directory), "manifest.json");
    storage.write("notes.txt", out -> out.write(1));
    GradflowException blocked =
        assertThrows(
            GradflowException.class, () -> new RunDirectory(storage).check(Mode.OVERWRITE));
    assertEquals(ExitCode.OUTPUT_BLOCKED, blocked.code());
  }
}
