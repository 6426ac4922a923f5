package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.testkit.SparkSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparedDataTest {
  @TempDir Path directory;

  @Test
  void first() throws Exception {
    StringBuilder csv = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 100; i++) {
      csv.append(i % 17).append(',').append(i * 0.37).append(',').append(i % 3).append('\n');
    }
    Path file = directory.resolve("x.csv");
    Files.writeString(file, csv);
    DataSpec spec =
        DataSpec.of(
                new SourceSpec(SourceFormat.CSV, file.toString(), Map.of()),
                List.of(FeatureSpec.numeric("a", "b").standardized()),
                LabelSpec.classes("y"))
            .withHoldouts(Optional.of(HoldoutSpec.split(0.1)), Optional.empty());
    for (int i = 0; i < 3; i++) {
      long t = System.nanoTime();
      try (PreparedData data = PreparedData.prepare(SparkSessions.local2(), spec, 7, 2)) {
        System.out.println(data + " " + (System.nanoTime() - t) / 1000000 + " ms");
        assertEquals(90, data.counts().train());
      }
    }
  }
}
