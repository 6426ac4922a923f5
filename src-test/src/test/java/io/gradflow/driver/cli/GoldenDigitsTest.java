package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradflow.testkit.ChildJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The weights of the digits example are the same bits on every machine and with every width of
 * vectors. A change that means to change them changes both files of hashes and says why.
 */
class GoldenDigitsTest {
  private static final Path EXAMPLE = Path.of("../deploy/examples/digits.yaml").toAbsolutePath();

  @TempDir Path directory;

  @Test
  void train_digitsExample_goldenWeightsAndAccuracy() throws IOException {
    Shell.Result result =
        Shell.run("train", EXAMPLE.normalize(), "--output", directory.resolve("out"), "--json");
    assertEquals(0, result.code(), result.err());
    JsonNode summary = new ObjectMapper().readTree(result.out());
    assertTrue(summary.get("test").get("accuracy").asDouble() >= 0.97, result.out());
    assertEquals(
        golden(EXAMPLE.resolveSibling("digits.sha256")), summary.get("weightsSha256").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Dgradflow.vector=scalar", "-Dgradflow.vector=256", "-XX:UseAVX=2"})
  void train_twoEpochsOnOtherVectors_goldenWeights(String option)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>();
    for (String own : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (own.startsWith("--add-") || own.startsWith("-XX:+Ignore")) {
        options.add(own);
      }
    }
    options.addAll(
        List.of(
            option,
            "-Xmx512m",
            "-Dspark.master=local[1]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1"));
    Path output = directory.resolve("out");
    ChildJvm.Outcome child =
        ChildJvm.run(
            options,
            Gradflow.class.getName(),
            "train",
            EXAMPLE.normalize().toString(),
            "--set",
            "train.epochs=2",
            "--output",
            output.toString());
    assertEquals(0, child.exitCode(), child.stderr());
    JsonNode summary = new ObjectMapper().readTree(output.resolve("summary.json").toFile());
    assertEquals(
        golden(Path.of("src/test/resources/golden/digits.sha256")),
        summary.get("weightsSha256").asText());
  }

  /** The one line of a file that is no comment. */
  private static String golden(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.startsWith("#"))
        .findFirst()
        .orElseThrow();
  }
}
