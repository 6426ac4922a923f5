package io.gradflow.driver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkSizeTest {
  private static final String JOB =
      """
      name: sizes
      data:
        train: {format: csv, path: a.csv}
        features: [{columns: [a, b, c]}]
        label: {column: y, as: class, classes: [no, yes]}
      model:
        layers: [{dense: 64}, batchNorm, {dense: classes}]
      loss: softmaxCrossEntropy
      train: {epochs: 1, batchSize: 64, microShards: 2}
      """;

  @Test
  void of_jobThatTellsAll_countsParametersAndRows() {
    NetworkSize size = size(JOB).orElseThrow();
    assertEquals(3 * 64 + 64 + 2 * 64 + 64 * 2 + 2, size.parameters());
    assertEquals(2 * 64, size.kept());
    assertEquals(32, size.rows());
    assertEquals(Optional.empty(), size.assumption());
    // Two activations and an output at least; each layer's scratch does not grow with rows.
    assertTrue(size.workspaceBytesPerExample() >= 4 * (64 + 64 + 2), size.toString());
    assertTrue(size.workspaceBytes() >= 32 * size.workspaceBytesPerExample(), size.toString());
  }

  @Test
  void of_classesUnknown_saysWhatItTakesForGranted() {
    NetworkSize size = size(JOB.replace(", classes: [no, yes]", "")).orElseThrow();
    assertTrue(size.assumption().orElseThrow().startsWith("2 classes"));
  }

  @Test
  void of_columnsUnknown_isEmpty() {
    assertEquals(Optional.empty(), size(JOB.replace("[a, b, c]", "x_*")));
  }

  private static Optional<NetworkSize> size(String job) {
    return NetworkSize.of(JobFile.read(job, "job.yaml", List.of()));
  }
}
