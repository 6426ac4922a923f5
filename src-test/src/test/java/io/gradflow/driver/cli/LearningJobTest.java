package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job may say about learning, through the command line. */
class LearningJobTest {
  @TempDir Path directory;
  private Path job;

  @BeforeEach
  void job() throws IOException {
    job = Blobs.write(directory);
  }

  private Shell.Result train(String output, String... settings) {
    Object[] words = new Object[4 + 2 * settings.length];
    words[0] = "train";
    words[1] = job;
    words[2] = "--output";
    words[3] = directory.resolve(output);
    for (int i = 0; i < settings.length; i++) {
      words[4 + 2 * i] = "--set";
      words[5 + 2 * i] = settings[i];
    }
    return Shell.run(words);
  }

  private String sha(String output) throws IOException {
    return Files.readString(directory.resolve(output + "/summary.json"))
        .replaceAll("(?s).*\"weightsSha256\": \"([0-9a-f]+)\".*", "$1");
  }

  @Test
  void train_everythingAtOnce_sameBitsByJobsAndResidentTasks() throws IOException {
    String[] settings = {
      "optimizer={sam: {optimizer: {lookahead: {optimizer: {adam: {learningRate: 0.02}}}}}}",
      "average=ema",
      "train.accumulate=2",
      "schedule=reduceOnPlateau",
      "regularization={noise: {}, maxNorm: 3}",
      "train.health={everySteps: 3}",
      "model.init=lsuv",
      "train.stepRunner=job"
    };
    Shell.Result byJobs = train("jobs", settings);
    assertEquals(0, byJobs.code(), byJobs.err());
    settings[settings.length - 1] = "train.stepRunner=resident";
    Shell.Result resident = train("resident", settings);
    assertEquals(0, resident.code(), resident.err());
    settings[settings.length - 1] = "train.stepRunner=inProcess";
    assertEquals(0, train("here", settings).code());
    assertEquals(sha("jobs"), sha("resident"));
    assertEquals(sha("jobs"), sha("here"));
    List<String> lines = Files.readAllLines(directory.resolve("jobs/metrics.jsonl"));
    assertTrue(lines.stream().anyMatch(line -> line.contains("\"type\":\"health\"")));
    assertTrue(
        Files.readString(directory.resolve("jobs/report.html")).contains("Health of learning"));
  }

  @Test
  void train_healthOnOrOff_changesNoBit() throws IOException {
    assertEquals(0, train("on").code());
    assertEquals(0, train("off", "train.health.everySteps=0").code());
    assertEquals(sha("on"), sha("off"));
    assertEquals(2, lines("on", "health")); // before the first step, and at it
    assertEquals(0, lines("off", "health"));
  }

  @Test
  void train_unscaledInputs_saysSoOnTheConsoleAndInTheReport() throws IOException {
    Shell.Result result =
        train("raw", "data.features=[{columns: x*, scale: 10000}]", "train.health={everySteps: 5}");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("scale it: standardize: true"), result.err());
    assertTrue(result.err().contains("saturated"), result.err());
    assertTrue(
        Files.readString(directory.resolve("raw/metrics.jsonl")).contains("\"kind\":\"health\""));
  }

  @Test
  void train_lbfgsOnMinibatches_isRefusedWithTheRemedy() {
    Shell.Result refused = train("refused", "optimizer=lbfgs");
    assertEquals(78, refused.code());
    assertTrue(refused.err().contains("set train.batchSize to all of them"), refused.err());
    Shell.Result full = train("full", "optimizer=lbfgs", "train.batchSize=600", "train.epochs=30");
    assertEquals(0, full.code(), full.err());
    assertTrue(full.out().contains("30 steps"), full.out());
  }

  @Test
  void train_targetAndLimit_endTheRunAndSaySo() {
    Shell.Result limit = train("limit", "train.maxSteps=5");
    assertTrue(limit.out().contains("limit reached"), limit.out() + limit.err());
    Shell.Result target =
        train(
            "target",
            "train.epochs=50",
            "train.earlyStopping={metric: validation.accuracy, target: 0.7, patience: 50}");
    assertTrue(target.out().contains("target reached"), target.out() + target.err());
  }

  @Test
  void train_restarts_theBestStartIsTheRun() throws IOException {
    Shell.Result one = train("one");
    Shell.Result best = train("best", "train.restarts=3");
    assertEquals(0, best.code(), best.err());
    assertTrue(best.err().contains("start 3 of 3: validation.loss "), best.err());
    double plain = loss(one);
    double found = loss(best);
    assertTrue(found <= plain, found + " of three starts, " + plain + " of the first");
    String said = best.err().replaceAll("(?s).*start (\\d) is the best.*", "$1");
    assertEquals(said.equals("1"), sha("one").equals(sha("best")));
    // All reports are there as of any run, each once.
    assertEquals(lines("one", "epoch"), lines("best", "epoch"));
    assertEquals(lines("one", "end"), lines("best", "end"));
  }

  @Test
  void train_plateaus_areInTheSummary() throws IOException {
    Shell.Result run =
        train(
            "plateau",
            "train.epochs=4",
            "schedule={reduceOnPlateau: {patience: 0, factor: 0.5, minDelta: 1000}}");
    assertEquals(0, run.code(), run.err());
    String summary = Files.readString(directory.resolve("plateau/summary.json"));
    String plateau = summary.replaceAll("(?s).*\"plateau\"(.*?)\\}.*", "$1").replaceAll("\\s", "");
    assertEquals(":{\"loweredAfter\":[2,3,4],\"factor\":0.125", plateau);
  }

  private long lines(String output, String type) throws IOException {
    return Files.readAllLines(directory.resolve(output + "/metrics.jsonl")).stream()
        .filter(line -> line.contains("\"type\":\"" + type + "\""))
        .count();
  }

  private static double loss(Shell.Result result) {
    return Double.parseDouble(result.out().replaceAll("(?s).*validation  loss ([0-9.]+).*", "$1"));
  }
}
