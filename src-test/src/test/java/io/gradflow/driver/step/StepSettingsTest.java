package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class StepSettingsTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(spark\\.gradflow\\.\\w+)` \\| (\\S+) \\| .*");

  @Test
  void from_whatThePageSaysIsLeftOut_isTheDefault() throws IOException {
    Map<String, String> page = page();
    SparkConf said = new SparkConf(false);
    page.forEach(said::set);
    assertEquals(StepSettings.from(new SparkConf(false)), StepSettings.from(said));
  }

  @Test
  void from_eachSettingOfThePageChanged_changesSomething() throws IOException {
    StepSettings defaults = StepSettings.from(new SparkConf(false));
    Map<String, String> page = page();
    assertEquals(StepSettings.class.getRecordComponents().length, page.size(), page.toString());
    page.forEach(
        (name, value) -> {
          String other = value.equals("true") ? "false" : value.endsWith("s") ? "7s" : "77";
          assertNotEquals(defaults, StepSettings.from(new SparkConf(false).set(name, other)), name);
        });
  }

  @Test
  void from_anyEncryption_sharesNoFiles() {
    assertTrue(StepSettings.from(new SparkConf(false)).shareFiles());
    for (String name :
        new String[] {
          "spark.io.encryption.enabled", "spark.network.crypto.enabled", "spark.ssl.rpc.enabled"
        }) {
      assertFalse(StepSettings.from(new SparkConf(false).set(name, "true")).shareFiles(), name);
    }
  }

  @Test
  void withStepTimeout_aJobsOwn_comesFirst() {
    StepSettings settings = StepSettings.from(new SparkConf(false));
    assertEquals(settings, settings.withStepTimeout(Optional.empty()));
    assertEquals(
        5000, settings.withStepTimeout(Optional.of(Duration.ofSeconds(5))).stepTimeoutMillis());
  }

  @Test
  void new_aTimeOfNothing_throwsWithAllTimes() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new StepSettings(0, 1, 2, 3, 4, true))
            .getMessage();
    assertTrue(message.contains("lease 0, join 1, step 2, poll 3"), message);
  }

  private static Map<String, String> page() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../deploy/docs/steps.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        settings.put(row.group(1), row.group(2));
      }
    }
    return settings;
  }
}
