package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.driver.checkpoint.RunIdentity;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class EarlierFactsTest {
  private static final String JOB =
      """
      name: words
      data:
        train: {format: csv, path: /data/words}
        features:
          - {columns: sound, as: audio, rate: 8000, seconds: 1, input: sound}
          - {columns: [x, y], as: numeric, input: features}
        label: {column: kind, as: class}
      model:
        nodes:
          - {name: flat, flatten: {}, inputs: [sound]}
          - {name: both, concat: {}, inputs: [flat, features]}
          - {name: even, layerNorm: {}, inputs: [both]}
          - {name: kind, dense: {units: classes}, inputs: [even]}
      loss: softmaxCrossEntropy
      optimizer: {adam: {learningRate: 0.01}}
      train: {epochs: 3, batchSize: 24, microShards: 4}
      """;

  /** What a build without these options has written of the same job. */
  @Test
  void differences_optionsAddedSince_none() {
    assertEquals(
        List.of(), differences(List.of(), "data.features[0].resample", "data.features[1].log"));
    // An empty list has no facts.
    assertEquals(List.of(), differences(List.of("data.float16=[]")));
  }

  @Test
  void differences_addedOptionInUse_named() {
    assertEquals(
        List.of("data.features[0].resample: (none) in the checkpoint, true now"),
        differences(List.of("data.features[0].resample=true"), "data.features[0].resample"));
    assertEquals(
        List.of("data.float16[0]: (none) in the checkpoint, features now"),
        differences(List.of("data.float16=[features]"), "data.float16[0]"));
  }

  /** A required option has no default, whatever a run lacks. */
  @Test
  void differences_requiredOptionMissing_named() {
    assertEquals(
        List.of("data.features[0].rate: (none) in the checkpoint, 8000 now"),
        differences(List.of(), "data.features[0].rate"));
  }

  /** All that a layer says may be at its default: the layer is new all the same. */
  @Test
  void differences_wholePartNew_named() {
    Job job = JobFile.read(JOB, "words.yaml", List.of());
    SortedMap<String, String> facts = JobFacts.of(job);
    facts.keySet().removeIf(key -> key.startsWith("model.nodes[2]"));
    List<String> found =
        EarlierFacts.of(new RunIdentity(facts), job).differences(new RunIdentity(JobFacts.of(job)));
    assertTrue(
        found.stream().anyMatch(difference -> difference.startsWith("model.nodes[2].layerNorm")),
        found.toString());
  }

  /** The job with overrides, against a checkpoint that lacks some keys. */
  private static List<String> differences(List<String> overrides, String... lacking) {
    Job job = JobFile.read(JOB, "words.yaml", overrides);
    SortedMap<String, String> before = JobFacts.of(job);
    for (String key : lacking) {
      assertNotNull(before.remove(key), key);
    }
    return EarlierFacts.of(new RunIdentity(before), job)
        .differences(new RunIdentity(JobFacts.of(job)));
  }
}
