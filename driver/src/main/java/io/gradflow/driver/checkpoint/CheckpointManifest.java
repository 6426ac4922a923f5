package io.gradflow.driver.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.array.Sha256;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.report.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code manifest.json} of a checkpoint: what makes it whole.
 *
 * @param step steps taken
 * @param epoch epochs that had ended
 * @param made why
 * @param best whether the epoch that had just ended was the best so far
 * @param run what the bits depend on
 * @param files the other files by name
 */
public record CheckpointManifest(
    long step,
    int epoch,
    Made made,
    boolean best,
    RunIdentity run,
    SortedMap<String, CheckpointFile> files) {
  /** The name of the file. */
  static final String NAME = "manifest.json";

  /** More than any run needs: facts are a job file's values. */
  static final int MAX_BYTES = 1 << 24;

  private static final String FORMAT = "gradflow-checkpoint";
  private static final int VERSION = 1;
  private static final String SEAL = ",\n  \"sha256\": \"";
  private static final String SEAL_END = "\"\n}\n";

  /** The file's text; the last value is the sha256 of all before its key. */
  public String toJson() {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("format", FORMAT);
    manifest.put("version", VERSION);
    manifest.put("step", step);
    manifest.put("epoch", epoch);
    manifest.put("made", made.word());
    manifest.put("best", best);
    manifest.put("run", run.facts());
    Map<String, Object> sizes = new LinkedHashMap<>();
    files.forEach(
        (name, file) -> {
          Map<String, Object> size = new LinkedHashMap<>();
          size.put("bytes", file.bytes());
          size.put("sha256", file.sha256());
          sizes.put(name, size);
        });
    manifest.put("files", sizes);
    String text = Json.indented(manifest);
    String body = text.substring(0, text.length() - "\n}\n".length());
    return body + SEAL + Sha256.of(body.getBytes(StandardCharsets.UTF_8)) + SEAL_END;
  }

  /**
   * @param where the file, for messages
   * @throws GradflowException BAD_DATA if it is damaged or of a version that this build does not
   *     read
   */
  static CheckpointManifest parse(byte[] bytes, String where) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    JsonNode root;
    try {
      root = JsonMapper.builder().build().readTree(text);
    } catch (JsonProcessingException e) {
      throw new GradflowException(
          ExitCode.BAD_DATA, where + " is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.path("format").asText().equals(FORMAT)) {
      throw damaged(where, "format is " + root.path("format") + "; expected \"" + FORMAT + "\"");
    }
    if (root.path("version").asInt() != VERSION) {
      throw damaged(
          where, "format version " + root.path("version") + ", this build reads " + VERSION);
    }
    // The version first: another one may be sealed otherwise.
    int seal = text.lastIndexOf(SEAL);
    String expected = seal < 0 ? "" : text.substring(seal + SEAL.length());
    String body = seal < 0 ? "" : text.substring(0, seal);
    if (!expected.equals(Sha256.of(body.getBytes(StandardCharsets.UTF_8)) + SEAL_END)) {
      throw damaged(where, "its sha256 does not match its content");
    }
    try {
      return read(root);
    } catch (IllegalArgumentException e) {
      throw new GradflowException(ExitCode.BAD_DATA, where + ": " + e.getMessage(), e);
    }
  }

  private static CheckpointManifest read(JsonNode root) {
    SortedMap<String, String> facts = new TreeMap<>();
    root.path("run")
        .properties()
        .forEach(entry -> facts.put(entry.getKey(), entry.getValue().asText()));
    SortedMap<String, CheckpointFile> files = new TreeMap<>();
    root.path("files")
        .properties()
        .forEach(
            entry ->
                files.put(
                    entry.getKey(),
                    new CheckpointFile(
                        entry.getValue().path("bytes").asLong(-1),
                        entry.getValue().path("sha256").asText())));
    Made made = null;
    for (Made each : Made.values()) {
      made = each.word().equals(root.path("made").asText()) ? each : made;
    }
    if (made == null) {
      throw new IllegalArgumentException("made is " + root.path("made"));
    }
    return new CheckpointManifest(
        root.path("step").asLong(-1),
        root.path("epoch").asInt(-1),
        made,
        root.path("best").asBoolean(),
        new RunIdentity(facts),
        files);
  }

  private static GradflowException damaged(String where, String what) {
    return new GradflowException(ExitCode.BAD_DATA, where + ": " + what);
  }
}
