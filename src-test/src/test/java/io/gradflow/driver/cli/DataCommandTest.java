package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.driver.cli.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The profile of a job's data, and what evaluate and predict make of it later. */
class DataCommandTest {
  private static final String JOB =
      """
      name: loans
      seed: 3
      data:
        train: {format: csv, path: loans.csv}
        validation: {path: later.csv}
        features:
          - {columns: [age, income, twice, fee], impute: median, standardize: true}
          - {columns: [town, outcome], as: categorical}
        label: {column: paid, as: class}
        onBadRow: drop
      model:
        layers: [{dense: classes}]
      loss: softmaxCrossEntropy
      optimizer: {adam: {learningRate: 0.01}}
      train: {epochs: 1, batchSize: 64, microShards: 2}
      """;

  @TempDir static Path directory;
  private static Path job;

  @BeforeAll
  static void write() throws IOException {
    job = Files.writeString(directory.resolve("loans.yaml"), JOB);
    Files.writeString(directory.resolve("loans.csv"), loans(800, 40, 7, "ada,1,2,5,x,early,yes\n"));
    Files.writeString(directory.resolve("later.csv"), loans(400, 55, 8, ""));
    Files.writeString(directory.resolve("same.csv"), loans(400, 40, 9, ""));
  }

  private static String loans(int rows, int age, int seed, String more) {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("age,income,twice,fee,town,outcome,paid\n");
    for (int row = 0; row < rows; row++) {
      boolean paid = random.nextInt(10) < 6;
      double income = 3000 + 500 * random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%.2f,%.2f,5,town%d,%s,%s%n",
              random.nextInt(20) == 0 ? "" : age + random.nextInt(20),
              income,
              income,
              random.nextInt(4),
              paid ? "settled" : random.nextBoolean() ? "late" : "lost",
              paid ? "yes" : "no"));
    }
    return csv.append(more).toString();
  }

  @Test
  void data_suspiciousTable_saysWhatAndWhere() {
    Result result = Shell.run("data", job);
    assertEquals(0, result.code(), result.err());
    for (String expected :
        List.of(
            "801 rows read, 800 used, 1 refused",
            "1 x column age: … is not a number",
            "loans.csv, row 801: column age: \"ada\" is not a number",
            "train: 800 rows",
            "validation: 400 rows",
            "column fee holds the same in every row",
            "column twice holds the same as column income",
            "column outcome alone tells the label of 100.00% of the rows",
            "validation: column age has drifted far: PSI",
            "4 categories: town")) {
      assertTrue(result.out().contains(expected), expected + " in\n" + result.out());
    }
    assertFalse(result.out().contains("column income has drifted"), result.out());
  }

  @Test
  void data_json_theSameInFigures() throws IOException {
    Result result = Shell.run("data", job, "--json");
    JsonNode report = JsonMapper.builder().build().readTree(result.out());
    assertEquals("loans", report.at("/name").asText());
    assertEquals(801, report.at("/sources/0/read").asInt());
    assertEquals(1, report.at("/sources/0/reasons/column age: … is not a number").asInt());
    JsonNode age = report.at("/splits/train/columns/0");
    assertEquals("age", age.at("/column").asText());
    assertEquals(800, age.at("/missing").asInt() + age.at("/numbers/count").asInt());
    assertEquals(40, age.at("/numbers/min").asInt());
    assertTrue(report.at("/drift/validation/0/psi").asDouble() > 1, result.out());
    assertTrue(report.at("/findings").size() >= 4, result.out());
  }

  @Test
  void evaluateAndPredict_driftedRows_warnWithFigures() throws IOException {
    Path run = directory.resolve("run");
    Result trained = Shell.run("train", job, "--output", run);
    assertEquals(0, trained.code(), trained.err());
    assertTrue(trained.err().contains("data: column outcome alone tells the label"), trained.err());
    assertTrue(Files.exists(run.resolve("model/profile.json")));
    JsonNode summary =
        JsonMapper.builder().build().readTree(Files.readString(run.resolve("summary.json")));
    assertEquals(801, summary.at("/sources/0/read").asInt());
    assertEquals(400, summary.at("/sources/1/used").asInt());

    Result later = Shell.run("evaluate", run, "--data", directory.resolve("later.csv"));
    assertTrue(later.err().contains("drift: column age has drifted far: PSI"), later.err());
    assertFalse(later.err().contains("column income has"), later.err());
    Result same = Shell.run("evaluate", run, "--data", directory.resolve("same.csv"), "--json");
    assertEquals("", same.err());
    assertTrue(same.out().contains("\"drift\": []"), same.out());

    Result predicted =
        Shell.run(
            "predict",
            run,
            "--data",
            directory.resolve("later.csv"),
            "--output",
            directory.resolve("predicted"));
    assertEquals(
        later.err().lines().filter(line -> line.startsWith("drift:")).toList(),
        predicted.err().lines().filter(line -> line.startsWith("drift:")).toList());
    Files.delete(run.resolve("model/profile.json"));
    assertEquals("", Shell.run("evaluate", run, "--data", directory.resolve("later.csv")).err());
    Files.writeString(run.resolve("model/profile.json"), "{\"formatVersion\": 9}");
    Result damaged = Shell.run("evaluate", run, "--data", directory.resolve("later.csv"));
    assertEquals(65, damaged.code());
    assertTrue(damaged.err().contains("no profile that this build reads"), damaged.err());
  }

  @Test
  void data_oneClassOnly_isAFindingNotAFailure() throws IOException {
    Files.writeString(
        directory.resolve("one.csv"), "age,income,twice,fee,town,outcome,paid\n1,2,3,4,a,b,yes\n");
    Result result =
        Shell.run("data", job, "--set", "data.train.path=one.csv", "--set", "data.validation=null");
    assertTrue(result.out().contains("has one class only, yes"), result.out() + result.err());
    assertEquals(0, result.code());
  }
}
