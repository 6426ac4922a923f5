package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.gradflow.common.array.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes a run look like one of a build that did not have some options yet. */
final class EarlierBuild {
  private EarlierBuild() {}

  /** Takes facts out of a run's checkpoints, and seals their manifests again. */
  static void forget(Path run, String... facts) throws IOException {
    String seal = ",\n  \"sha256\": \"";
    List<Path> checkpoints;
    try (Stream<Path> folders = Files.list(run.resolve("checkpoints"))) {
      checkpoints = folders.toList();
    }
    for (Path checkpoint : checkpoints) {
      Path manifest = checkpoint.resolve("manifest.json");
      String text = Files.readString(manifest);
      String body = text.substring(0, text.lastIndexOf(seal));
      for (String fact : facts) {
        String less = body.replaceFirst("\n *" + Pattern.quote("\"" + fact + "\"") + ": .*", "");
        assertNotEquals(body, less, fact);
        body = less;
      }
      String sum = Sha256.of(body.getBytes(StandardCharsets.UTF_8));
      Files.writeString(manifest, body + seal + sum + "\"\n}\n");
    }
  }
}
