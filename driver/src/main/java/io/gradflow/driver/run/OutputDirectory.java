package io.gradflow.driver.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.report.HtmlReport;
import io.gradflow.driver.report.Manifest;
import io.gradflow.driver.report.MetricsLog;
import io.gradflow.driver.report.RunSummary;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The directory that a run leaves behind, made ready: new, or emptied of an earlier run.
 *
 * <p>Only what runs write is ever deleted, and only below a directory whose manifest says that it
 * is a run's; other files in it stay.
 */
final class OutputDirectory {
  /** The directory of the saved model, below the run's. */
  static final String MODEL = "model";

  // The summary first: without it the rest does not count as a finished run. The manifest last:
  // without it the directory is not ours to delete from.
  private static final List<String> OWN =
      List.of(
          RunSummary.NAME, HtmlReport.NAME, MetricsLog.NAME, MODEL, "checkpoints", Manifest.NAME);

  private OutputDirectory() {}

  /**
   * Checks that a run may write here, without changing anything.
   *
   * @param overwrite whether an earlier run's files may be replaced
   * @throws GradflowException OUTPUT_BLOCKED if there is something, and it may not be replaced or
   *     is not a run's
   */
  static void check(Storage storage, boolean overwrite) throws IOException {
    if (storage.list("").isEmpty()) {
      return;
    }
    if (!overwrite) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "output "
              + storage.location("")
              + " exists and is not empty; choose another --output or set output.mode to"
              + " overwrite");
    }
    if (!hasManifest(storage)) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "output "
              + storage.location("")
              + " is not empty and has no "
              + Manifest.NAME
              + " of a run, so its files are not Gradflow's to overwrite; choose another --output");
    }
  }

  /** Checks, then deletes what an earlier run left. */
  static void prepare(Storage storage, boolean overwrite) throws IOException {
    check(storage, overwrite);
    for (String name : OWN) {
      storage.delete(name);
    }
  }

  private static boolean hasManifest(Storage storage) throws IOException {
    if (!storage.exists(Manifest.NAME)) {
      return false;
    }
    try (InputStream in = storage.open(Manifest.NAME)) {
      JsonNode manifest = JsonMapper.builder().build().readTree(in);
      return manifest.path("format").asText().equals(Manifest.FORMAT);
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
