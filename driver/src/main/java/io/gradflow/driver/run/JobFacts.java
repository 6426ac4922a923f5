package io.gradflow.driver.run;

import io.gradflow.common.array.Numerics;
import io.gradflow.driver.checkpoint.RunIdentity;
import io.gradflow.driver.data.HoldoutSpec;
import io.gradflow.driver.data.RowOrder;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.report.Manifest;
import io.gradflow.driver.train.OnNonFinite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What of a job the bits of its weights depend on. */
final class JobFacts {
  static final String DATA = "data.fingerprint";

  // Names, places, and how the work is spread: no bit depends on them.
  private static final List<String> WITHOUT =
      List.of(
          "name",
          "output",
          "checkpoint",
          "train.microShards",
          "train.stepRunner",
          "train.tasks",
          "train.stepTimeout",
          "train.lossSpike",
          "train.health",
          "train.rowsAtOnce",
          "data.onBadRow",
          "data.cache",
          "data.validation.path",
          "data.validation.format",
          "data.validation.options");

  private JobFacts() {}

  /** Those of the job file alone. */
  @SuppressWarnings("unchecked") // A job is a map of its sections.
  static SortedMap<String, String> of(Job job) {
    List<String> without = new ArrayList<>(WITHOUT);
    // The fingerprint stands for the rows, but not for the order of their files.
    if (job.data().order() == RowOrder.CONTENT) {
      without.add("data.train");
    }
    // Test rows of their own change nothing; those taken from the training source do.
    if (job.data().test().filter(HoldoutSpec::ofTrain).isEmpty()) {
      without.add("data.test");
    }
    Map<String, Object> effective = (Map<String, Object>) job.effective();
    SortedMap<String, String> facts = RunIdentity.flatten(effective, without);
    facts.put("train.microShards", String.valueOf(job.train().microShardCount()));
    if (job.train().onNonFinite() instanceof OnNonFinite.Rollback) {
      job.checkpoint()
          .everySteps()
          .ifPresent(steps -> facts.put("checkpoint.everySteps", String.valueOf(steps)));
      job.checkpoint()
          .everyEpochs()
          .ifPresent(epochs -> facts.put("checkpoint.everyEpochs", String.valueOf(epochs)));
    }
    if (job.train().numerics() == Numerics.NATIVE) {
      facts.put("processor", Manifest.processor());
    }
    return facts;
  }

  /** Those of the job and of its rows. */
  static RunIdentity of(Job job, String dataFingerprint) {
    SortedMap<String, String> facts = of(job);
    facts.put(DATA, dataFingerprint);
    return new RunIdentity(facts);
  }
}
