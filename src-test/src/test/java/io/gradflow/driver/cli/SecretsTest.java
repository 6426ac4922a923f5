package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.driver.cli.Shell.Result;
import io.gradflow.testkit.CapturedLog;
import io.gradflow.testkit.ObjectStoreFileSystem;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets in the URIs of data, cache and output, and in options: nothing that a run writes, says or
 * logs has them.
 */
class SecretsTest {
  private static final String SECRET = "hunter2secret";
  private static final String STORE =
      ObjectStoreFileSystem.SCHEME + "://AKIA99:" + SECRET + "@bucket";
  private static final String SHOWN = ObjectStoreFileSystem.SCHEME + "://(redacted)@bucket";

  @TempDir private Path directory;
  private Path job;
  private CapturedLog log;

  @BeforeEach
  void write() throws IOException {
    SparkSessions.local2();
    ObjectStoreFileSystem.reset();
    job = Blobs.write(directory);
    String rows = Files.readString(directory.resolve("blobs.csv")) + "0,0,no number,0,class1\n";
    ObjectStoreFileSystem.put(STORE + "/rows/blobs.csv", rows.getBytes(StandardCharsets.UTF_8));
    log = CapturedLog.begin();
  }

  @AfterEach
  void forget() {
    log.close();
    ObjectStoreFileSystem.reset();
  }

  @Test
  void train_dataCacheAndOutputBehindCredentials_nothingHasThem() throws IOException {
    String output = STORE + "/run";
    String[] settings = {"data.onBadRow=drop", "data.cache=" + STORE + "/cache"};
    Result trained = train(output, settings);
    assertEquals(0, trained.code(), trained.err());
    assertSays(trained, SHOWN + "/run");
    requireNoSecret(STORE + "/run", "manifest.json", SHOWN + "/rows/blobs.csv");
    requireNoSecret(STORE + "/run", "report.html", SHOWN + "/rows/blobs.csv");
    requireNoSecret(STORE + "/run", "checkpoints/step-0000000012/manifest.json", "\"run\"");
    requireNoSecret(STORE + "/cache", "manifest", SHOWN + "/rows/blobs.csv");

    // Kept data are found again with other credentials, and a damaged checkpoint is told of.
    ObjectStoreFileSystem.remove(output + "/summary.json");
    ObjectStoreFileSystem.put(output + "/checkpoints/step-0000000012/state.json", new byte[1]);
    Result resumed = train(output, settings);
    assertEquals(0, resumed.code(), resumed.err());
    assertSays(resumed, "step-0000000012 is passed over: " + SHOWN + "/run/checkpoints/");
    Result other = train(output, "train.epochs=3", "data.onBadRow=drop");
    assertEquals(73, other.code());
    assertSays(other, SHOWN + "/run");

    // Written where killed: what Hadoop says of it is passed on.
    ObjectStoreFileSystem.dieAfter(40);
    Result killed = train(STORE + "/killed", settings);
    assertNotEquals(0, killed.code());
    assertFalse(killed.err().contains(SECRET), killed.err());
    assertFalse(log.text().contains(SECRET), log.text());
    assertTrue(log.text().contains(SHOWN), log.text());
  }

  @Test
  void train_badRowsQuarantined_theirFileIsShownWithoutCredentials() throws IOException {
    Path refused = directory.resolve("refused");
    Path output = directory.resolve("run");
    Result trained = train(output.toString(), "data.onBadRow={quarantine: " + refused + "}");
    assertEquals(0, trained.code(), trained.err());
    assertSays(trained, "rejected: " + SHOWN + "/rows/blobs.csv, row ");
    assertTrue(requireNoSecret(refused).contains(SHOWN + "/rows/blobs.csv"));
    assertTrue(requireNoSecret(output).contains(SHOWN + "/rows/blobs.csv"));
    assertFalse(log.text().contains(SECRET), log.text());
  }

  @Test
  void tune_jobWithSecrets_searchHasNone() throws IOException {
    Path space =
        Files.writeString(
            directory.resolve("space.yaml"),
            """
            job: blobs.yaml
            search: {random: {trials: 1}}
            parameters:
              optimizer.adam.learningRate: {log: {from: 0.01, to: 0.1}}
            """);
    Path output = directory.resolve("tune");
    List<Object> words = new ArrayList<>(List.of("tune", space, "--output", output));
    for (String setting : settings("data.onBadRow=drop", "train.epochs=1")) {
      words.addAll(List.of("--set", setting));
    }
    Result tuned = Shell.run(words.toArray());
    assertEquals(0, tuned.code(), tuned.err());
    assertFalse((tuned.out() + tuned.err()).contains(SECRET), tuned.out() + tuned.err());
    assertTrue(requireNoSecret(output).contains(SHOWN + "/rows"));
    assertFalse(log.text().contains(SECRET), log.text());
  }

  @Test
  void fail_messagesAndTraces_haveNoSecrets() {
    String path = "data.train.path=";
    String output = directory.resolve("none").toString();
    for (Result failed :
        List.of(
            train(output, path + STORE + "/none.csv"),
            train(output, path + ObjectStoreFileSystem.SCHEME + "://b/c?v=1&sig=" + SECRET),
            train(output, path + "gfnone://id:" + SECRET + "@bucket/a.csv"),
            train("gfnone://id:" + SECRET + "@bucket/a"),
            train(output, "data.train.password=" + SECRET),
            train(output, "data.train.options={password: [" + SECRET),
            train(output, "model.from=" + STORE + "/none"),
            train(output),
            Shell.run("train", STORE + "/none.yaml"),
            Shell.run("train", job, "--password=" + SECRET),
            Shell.run("--debug", "train", STORE + "/none.yaml"),
            Shell.run("inspect", STORE + "/none"),
            Shell.run("evaluate", STORE + "/none", "--data", STORE + "/rows"))) {
      assertNotEquals(0, failed.code());
      assertFalse(failed.err().contains(SECRET), failed.err());
      assertFalse(failed.out().contains(SECRET), failed.out());
      assertTrue(failed.err().startsWith("gradflow: "), failed.err());
    }
    assertFalse(log.text().contains(SECRET), log.text());
  }

  @Test
  void plan_jobWithSecrets_showsNone() {
    Result planned = Shell.run("plan", job, "--set", settings()[0], "--set", settings()[1]);
    assertEquals(0, planned.code(), planned.err());
    assertFalse((planned.out() + planned.err()).contains(SECRET), planned.out() + planned.err());
  }

  private Result train(String output, String... settings) {
    List<Object> words = new ArrayList<>(List.of("train", job, "--output", output));
    words.addAll(List.of("--resume", "auto", "--set", "checkpoint={everySteps: 3, keep: 2}"));
    words.addAll(List.of("--set", "train.onNonFinite=rollback"));
    for (String setting : settings(settings)) {
      words.addAll(List.of("--set", setting));
    }
    return Shell.run(words.toArray());
  }

  private static String[] settings(String... more) {
    return Stream.concat(
            Stream.of(
                "data.train.path=" + STORE + "/rows", "data.train.options.password=" + SECRET),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static void assertSays(Result result, String text) {
    String said = result.out() + result.err();
    assertTrue(said.contains(text), said);
    assertFalse(said.contains(SECRET), said);
  }

  /** No object below a place has the secret; one of them has a text. */
  private static void requireNoSecret(String place, String name, String text) throws IOException {
    boolean found = false;
    for (String location : ObjectStoreFileSystem.locations(place + "/")) {
      String content =
          new String(ObjectStoreFileSystem.content(location), StandardCharsets.ISO_8859_1);
      assertFalse(content.contains(SECRET), location + "\n" + content);
      found |= location.endsWith("/" + name) && content.contains(text);
    }
    assertTrue(found, "no " + name + " with " + text);
  }

  /** No file below a directory has the secret; the content of all of them. */
  private static String requireNoSecret(Path below) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(content.contains(SECRET), file + "\n" + content);
        all.append(content);
      }
    }
    return all.toString();
  }
}
