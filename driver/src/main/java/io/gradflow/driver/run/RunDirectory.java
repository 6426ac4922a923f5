package io.gradflow.driver.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.checkpoint.CheckpointStore;
import io.gradflow.driver.job.OutputSection;
import io.gradflow.driver.report.HtmlReport;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.report.Manifest;
import io.gradflow.driver.report.MetricsLog;
import io.gradflow.driver.report.RunSummary;
import io.gradflow.driver.train.TrainingListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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

  /** The manifest's key of what the run's bits depend on. */
  static final String IDENTITY = "identity";

  // The summary first: without it the rest does not count as a finished run. The manifest last:
  // without it the directory is not ours to delete from.
  private static final List<String> OWN =
      List.of(
          RunSummary.NAME,
          HtmlReport.NAME,
          MetricsLog.NAME,
          MODEL,
          CheckpointStore.DIRECTORY,
          Manifest.NAME);

  // What a run that goes on makes anew at its end.
  private static final List<String> RESULTS = List.of(RunSummary.NAME, HtmlReport.NAME, MODEL);

  // Beside each other while a run is under way, and left behind by one that was killed.
  private static final Set<String> LOCK = Set.of(RunLock.NAME, RunLock.HEARTBEAT);

  private static final long HEARTBEAT_MILLIS = 10_000;
  private static final int MAX_JSON_BYTES = 1 << 26;

  private final Storage storage;

  RunDirectory(Storage storage) {
    this.storage = storage;
  }

  /**
   * Checks that a run may write here and that no other one does, without changing anything.
   *
   * @throws GradflowException OUTPUT_BLOCKED if there is something, and it may not be replaced or
   *     is not a run's
   */
  void check(OutputSection.Mode mode) throws IOException {
    RunLock.requireFree(storage, HEARTBEAT_MILLIS);
    checkContent(mode);
  }

  /** As {@link #check}, by whoever has the lock. */
  void checkContent(OutputSection.Mode mode) throws IOException {
    if (storage.list("").stream().allMatch(RunDirectory::isLock)) {
      return;
    }
    if (mode == OutputSection.Mode.ERROR) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "output "
              + storage.location("")
              + " exists and is not empty; choose another --output, --set output.mode=overwrite, or"
              + " --resume auto");
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

  /** Takes the directory for this run; nothing but the lock is written. */
  RunLock lock() throws IOException {
    return RunLock.acquire(storage, HEARTBEAT_MILLIS);
  }

  /** The run's checkpoints. */
  CheckpointStore checkpoints() {
    return new CheckpointStore(storage.below(CheckpointStore.DIRECTORY));
  }

  /**
   * Deletes what an earlier run left, and starts this one's files; the caller has checked, and has
   * the lock.
   *
   * @param resumed the step that the run in this directory goes on from: its metrics up to there
   *     and its checkpoints stay; empty if this is another run
   */
  Writer open(Map<String, Object> manifest, OptionalLong resumed) throws IOException {
    List<String> metrics = List.of();
    if (resumed.isPresent()) {
      metrics = metricsUntil(resumed.getAsLong());
      checkpoints().deleteAfter(resumed.getAsLong());
    }
    for (String name : resumed.isPresent() ? RESULTS : OWN) {
      storage.delete(name);
    }
    write(Manifest.NAME, Json.indented(manifest));
    return new Writer(manifest, metrics);
  }

  /** The summary's text, if the run in this directory is finished. */
  Optional<String> summary() throws IOException {
    return storage.exists(RunSummary.NAME) ? Optional.of(text(RunSummary.NAME)) : Optional.empty();
  }

  /** What the bits of the run in this directory depend on, by its manifest. */
  SortedMap<String, String> identity() throws IOException {
    SortedMap<String, String> facts = new TreeMap<>();
    if (storage.exists(Manifest.NAME)) {
      JsonMapper.builder()
          .build()
          .readTree(text(Manifest.NAME))
          .path(IDENTITY)
          .properties()
          .forEach(entry -> facts.put(entry.getKey(), entry.getValue().asText()));
    }
    return facts;
  }

  /** The lines of the metrics that a run had written by a step; a torn last one is left out. */
  private List<String> metricsUntil(long step) throws IOException {
    if (!storage.exists(MetricsLog.NAME)) {
      return List.of();
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(storage.open(MetricsLog.NAME), StandardCharsets.UTF_8))) {
      return MetricsLog.linesUntil(step, lines.lines());
    }
  }

  private static boolean isLock(String name) {
    return LOCK.stream().anyMatch(each -> name.equals(each) || name.startsWith("." + each));
  }

  private String text(String name) throws IOException {
    return new String(storage.read(name, MAX_JSON_BYTES), StandardCharsets.UTF_8);
  }

  private boolean hasManifest() throws IOException {
    if (!storage.exists(Manifest.NAME)) {
      // Where renaming does not replace, a run may be killed between the two halves of it.
      return storage.exists("." + Manifest.NAME + ".tmp");
    }
    try {
      JsonNode manifest = JsonMapper.builder().build().readTree(text(Manifest.NAME));
      return manifest.path("format").asText().equals(Manifest.FORMAT);
    } catch (JsonProcessingException | GradflowException e) {
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

    private Writer(Map<String, Object> manifest, List<String> earlier) throws IOException {
      this.manifest = manifest;
      this.metrics = new MetricsLog(storage.grow(MetricsLog.NAME), earlier);
      report.replay(earlier);
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
