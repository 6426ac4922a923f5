package io.gradflow.driver.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.OutputSection;
import io.gradflow.driver.report.HtmlReport;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.report.Manifest;
import io.gradflow.driver.report.MetricsLog;
import io.gradflow.driver.report.RunSummary;
import io.gradflow.driver.train.TrainingListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The directory that a run leaves behind. The manifest is written before training, so that it marks
 * the directory as a run's also when the run fails; the summary last, so that its presence means
 * success.
 *
 * <p>Only what runs write is ever deleted, and only below a directory whose manifest says that it
 * is a run's; other files in it stay.
 */
final class RunDirectory {
  /** The directory of the saved model, below the run's. */
  static final String MODEL = "model";

  // The summary first: without it the rest does not count as a finished run. The manifest last:
  // without it the directory is not ours to delete from.
  private static final List<String> OWN =
      List.of(
          RunSummary.NAME, HtmlReport.NAME, MetricsLog.NAME, MODEL, "checkpoints", Manifest.NAME);

  private final Storage storage;

  RunDirectory(Storage storage) {
    this.storage = storage;
  }

  /**
   * Checks that a run may write here, without changing anything.
   *
   * @throws GradflowException OUTPUT_BLOCKED if there is something, and it may not be replaced or
   *     is not a run's
   */
  void check(OutputSection.Mode mode) throws IOException {
    if (storage.list("").isEmpty()) {
      return;
    }
    if (mode == OutputSection.Mode.ERROR) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "output "
              + storage.location("")
              + " exists and is not empty; choose another --output or --set output.mode=overwrite");
    }
    if (!hasManifest()) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "output "
              + storage.location("")
              + " is not empty and has no "
              + Manifest.NAME
              + " of a run, so its files are not Gradflow's to overwrite; choose another --output");
    }
  }

  /** Checks, deletes what an earlier run left, and starts this one's files. */
  Writer open(OutputSection.Mode mode, Map<String, Object> manifest) throws IOException {
    check(mode);
    for (String name : OWN) {
      storage.delete(name);
    }
    write(Manifest.NAME, Json.indented(manifest));
    return new Writer(manifest);
  }

  private boolean hasManifest() throws IOException {
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

  private void write(String name, String text) throws IOException {
    storage.write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The files of a run that is under way. */
  final class Writer implements AutoCloseable {
    private final Map<String, Object> manifest;
    private final MetricsLog metrics;
    private final HtmlReport report = new HtmlReport();

    private Writer(Map<String, Object> manifest) throws IOException {
      this.manifest = manifest;
      this.metrics = new MetricsLog(storage.grow(MetricsLog.NAME));
    }

    /** What has to listen to training. */
    List<TrainingListener> listeners() {
      return List.of(metrics, report);
    }

    /** Writes the model, the reports, and the summary last. */
    void finish(TrainingRun.Outcome outcome) throws IOException {
      RunSummary summary = outcome.summary();
      summary.test().ifPresent(metrics::test);
      metrics.close();
      outcome.model().save(storage.below(MODEL));
      write(HtmlReport.NAME, report.render(summary, manifest));
      write(RunSummary.NAME, Json.indented(summary.toMap()));
    }

    @Override
    public void close() throws IOException {
      metrics.close();
    }
  }
}
