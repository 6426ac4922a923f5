package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.Predictor;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.cli.Shell.Result;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands from words to files; one trained model serves most of them. */
class GradflowTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static Path job;
  private static Path run;
  private static Result trained;

  @BeforeAll
  static void train() throws IOException {
    job = Blobs.write(directory);
    run = directory.resolve("run");
    trained = Shell.run("train", job, "--output", run, "--json");
    assertEquals(0, trained.code(), trained.err());
  }

  @Test
  void train_json_summaryOnStandardOutputAndInItsFile() throws IOException {
    JsonNode printed = JSON.readTree(trained.out());
    assertEquals(JSON.readTree(run.resolve("summary.json").toFile()), printed);
    Set<String> expected =
        Set.of(
            "name",
            "status",
            "epochs",
            "steps",
            "seconds",
            "examplesPerSecond",
            "microShards",
            "tasksPerStep",
            "parameters",
            "weightsSha256",
            "train",
            "validation",
            "test",
            "rows",
            "stepMillis");
    List<String> keys = new ArrayList<>();
    printed.fieldNames().forEachRemaining(keys::add);
    assertTrue(keys.containsAll(expected), keys::toString);
    assertEquals("blobs", printed.get("name").asText());
    assertEquals("completed", printed.get("status").asText());
    assertEquals(2, printed.get("epochs").asInt());
    // 600 rows, 0.2 of them for testing and 0.1 for validation, leave 420: 7 steps of 64 an epoch.
    assertEquals(420, printed.get("rows").get("train").asInt());
    assertEquals(60, printed.get("rows").get("validation").asInt());
    assertEquals(120, printed.get("rows").get("test").asInt());
    assertEquals(14, printed.get("steps").asInt());
    assertEquals(4 * 8 + 8 + 8 * 3 + 3, printed.get("parameters").asInt());
    // Centres lie two standard deviations from the origin on axes of their own.
    assertTrue(printed.get("test").get("accuracy").asDouble() > 0.75, trained.out());
  }

  @Test
  void train_progress_onStandardErrorOnly() {
    assertTrue(trained.err().contains("training 420 rows, 2 epochs of 7 steps"), trained.err());
    assertTrue(trained.err().contains("epoch 2/2"), trained.err());
    assertTrue(trained.out().startsWith("{"), trained.out());
  }

  @Test
  void train_output_modelIsWhatTheSummarySays() throws IOException {
    JsonNode summary = JSON.readTree(run.resolve("summary.json").toFile());
    float[] weights = ModelDirectory.read(Storage.local(run.resolve("model"))).weights();
    assertEquals(summary.get("weightsSha256").asText(), WeightsDigest.sha256(weights));
    JsonNode manifest = JSON.readTree(run.resolve("manifest.json").toFile());
    assertEquals("gradflow-run", manifest.get("format").asText());
    assertEquals(5, manifest.get("job").get("seed").asInt());
    assertFalse(manifest.get("dataFingerprint").asText().isEmpty());
    long steps =
        Files.readAllLines(run.resolve("metrics.jsonl")).stream()
            .filter(line -> line.contains("\"type\":\"step\""))
            .count();
    assertEquals(14, steps);
    assertTrue(Files.readString(run.resolve("report.html")).contains("<svg"));
  }

  @Test
  void train_outputThere_refusedThenOverwrittenWithTheSameBits() throws IOException {
    Path output = directory.resolve("twice");
    Object[] words = {"train", job, "--output", output, "--set", "train.epochs=1"};
    assertEquals(0, Shell.run(words).code());
    String first = weightsOf(output);
    Result refused = Shell.run(words);
    assertEquals(73, refused.code());
    assertTrue(refused.err().contains("exists and is not empty"), refused.err());

    Files.writeString(output.resolve("notes.txt"), "mine");
    Result overwritten =
        Shell.run(
            "train",
            job,
            "--output",
            output,
            "--set",
            "train.epochs=1",
            "--set",
            "output.mode=overwrite",
            "--set",
            "train.tasks=1");
    assertEquals(0, overwritten.code(), overwritten.err());
    assertEquals(first, weightsOf(output), "one task or two: the same bits");
    assertTrue(Files.exists(output.resolve("notes.txt")), "not Gradflow's to delete");
  }

  @Test
  void train_startWeights_goOnWhereTheyEnded() throws IOException {
    Path weights = run.resolve("model/weights.safetensors");
    Path output = directory.resolve("warm");
    Result warm =
        Shell.run(
            "train",
            job,
            "--output",
            output,
            "--set",
            "model.weights=" + weights,
            "--set",
            "train.epochs=1");
    assertEquals(0, warm.code(), warm.err());
    double cold = firstStepLoss(run);
    assertTrue(firstStepLoss(output) < cold * 0.75, firstStepLoss(output) + " after " + cold);
  }

  @Test
  void train_startWeightsOfAnotherNetwork_listsParametersUnlessAllowed() {
    Path weights = run.resolve("model/weights.safetensors");
    Object[] words = {
      "train",
      job,
      "--output",
      directory.resolve("other"),
      "--set",
      "model.weights=" + weights,
      "--set",
      "model.layers[0].dense.units=9",
      "--set",
      "train.epochs=1"
    };
    Result refused = Shell.run(words);
    assertEquals(78, refused.code());
    assertTrue(
        refused.err().contains("dense_1/kernel is [4, 8] in the file, [4, 9] in the network"),
        refused.err());
    assertTrue(refused.err().contains("dense_2/kernel is [8, 3]"), refused.err());

    List<Object> allowed = new ArrayList<>(List.of(words));
    allowed.add("--set");
    allowed.add("model.allowMissing=[dense_*]");
    Result partial = Shell.run(allowed.toArray());
    assertEquals(0, partial.code(), partial.err());
  }

  @Test
  void predict_parquet_sameBitsAsPredictor() throws IOException {
    Path output = directory.resolve("predicted");
    Result result =
        Shell.run("predict", run, "--data", directory.resolve("blobs.csv"), "--output", output);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("600 rows predicted, 0 rejected"), result.err());

    Predictor predictor = Predictor.load(run.resolve("model"));
    List<Row> rows =
        SparkSessions.local2()
            .read()
            .schema(
                "x0 string, x1 string, x2 string, x3 string, prediction string,"
                    + " probability_class0 float, probability_class1 float,"
                    + " probability_class2 float")
            .parquet(output.toString())
            .collectAsList();
    assertEquals(Blobs.ROWS, rows.size());
    for (Row row : rows) {
      Map<String, Object> values = new HashMap<>();
      for (String column : row.schema().fieldNames()) {
        values.put(column, row.getAs(column));
      }
      float[] expected = predictor.predict(values);
      for (int k = 0; k < 3; k++) {
        float probability = row.getAs("probability_class" + k);
        assertEquals(Float.floatToIntBits(expected[k]), Float.floatToIntBits(probability));
      }
      assertEquals(predictor.predictClass(values), row.getAs("prediction"));
    }
  }

  @Test
  void predict_badRows_failDropOrQuarantine() throws IOException {
    Path data = directory.resolve("bad.csv");
    Files.writeString(data, "x0,x1,x2,x3\n1,2,3,4\n1,none,3,4\n1,2,3\n5,6,7,8\n");
    Result failed = Shell.run("predict", run, "--data", data, "--output", directory.resolve("p1"));
    assertEquals(65, failed.code());
    assertTrue(failed.err().contains("column x1: \"none\" is not a number"), failed.err());

    Result dropped =
        Shell.run(
            "predict",
            run,
            "--data",
            data,
            "--output",
            directory.resolve("p2"),
            "--on-bad-row",
            "drop",
            "--output-format",
            "csv");
    assertEquals(0, dropped.code(), dropped.err());
    assertTrue(dropped.err().contains("2 rows predicted, 2 rejected"), dropped.err());

    Path quarantine = directory.resolve("quarantine");
    Result quarantined =
        Shell.run(
            "predict",
            run,
            "--data",
            data,
            "--output",
            directory.resolve("p3"),
            "--on-bad-row",
            "quarantine=" + quarantine,
            "--output-format",
            "json");
    assertEquals(0, quarantined.code(), quarantined.err());
    List<Row> reasons =
        SparkSessions.local2()
            .read()
            .json(quarantine.toString())
            .select("reason")
            .sort("reason")
            .collectAsList();
    assertEquals(2, reasons.size());
    assertEquals("column x1: \"none\" is not a number", reasons.get(0).getString(0));
    assertEquals("malformed record: \"1,2,3\"", reasons.get(1).getString(0));
  }

  @Test
  void evaluate_trainingsOwnRows_agreesWithPredictions() throws IOException {
    Result result = Shell.run("evaluate", run, "--data", directory.resolve("blobs.csv"), "--json");
    assertEquals(0, result.code(), result.err());
    JsonNode evaluation = JSON.readTree(result.out());
    Predictor predictor = Predictor.load(run.resolve("model"));
    List<Row> rows =
        SparkSessions.local2()
            .read()
            .option("header", true)
            .csv(directory.resolve("blobs.csv").toString())
            .collectAsList();
    double lossSum = 0;
    int right = 0;
    for (Row row : rows) {
      Map<String, Object> values = new HashMap<>();
      for (String column : row.schema().fieldNames()) {
        values.put(column, row.getAs(column));
      }
      String label = row.getAs("label");
      right += predictor.predictClass(values).equals(label) ? 1 : 0;
      lossSum -= Math.log(predictor.predict(values)[predictor.classes().indexOf(label)]);
    }
    assertEquals(600, evaluation.get("rows").asInt());
    assertEquals(right / 600.0, evaluation.get("accuracy").asDouble(), 1e-12);
    assertEquals(lossSum / 600, evaluation.get("loss").asDouble(), 1e-5);
  }

  @Test
  void inspect_run_showsParametersAndClasses() {
    Result result = Shell.run("inspect", run);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("dense_1/kernel [4, 8], 32"), result.out());
    assertTrue(result.out().contains("classes [class0, class1, class2]"), result.out());
  }

  @Test
  void plan_job_showsDefaultsOverridesAndSettings() {
    Result result = Shell.run("plan", job, "--set", "train.batchSize=96");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("batchSize: 96"), result.out());
    assertTrue(result.out().contains("order: content"), "a default\n" + result.out());
    assertTrue(result.out().contains("microShards: 2"), result.out());
    assertTrue(result.out().contains("MessageRegistrator # set by"), result.out());
  }

  @Test
  void plan_withData_sizesOfItsColumnsAndClasses() {
    Result result = Shell.run("plan", job, "--data");
    assertEquals(0, result.code(), result.err());
    Result trained = Shell.run("train", job, "--output", directory.resolve("planned"), "--json");
    assertTrue(
        result.out().contains("parameters: " + parameters(trained.out()) + "\n"), result.out());
    assertTrue(
        result.out().contains("resultBytes: " + 2 * 4 * parameters(trained.out()) + " # "),
        result.out());
    assertFalse(result.out().contains("TOO SMALL"), result.out());
  }

  private static int parameters(String summary) {
    Matcher found = Pattern.compile("\"parameters\" *: *(\\d+)").matcher(summary);
    assertTrue(found.find(), summary);
    return Integer.parseInt(found.group(1));
  }

  @Test
  void help_everyCommand_hasAnExampleAndExitsWithZero() {
    String commands = Shell.run("--help").out();
    for (String command : List.of("train", "plan", "evaluate", "predict", "inspect")) {
      assertTrue(commands.contains("  " + command + " "), commands);
      Result help = Shell.run(command, "--help");
      assertEquals(0, help.code());
      assertTrue(help.out().contains("gradflow " + command + " "), help.out());
      assertTrue(help.out().contains("Example"), help.out());
    }
    assertTrue(Shell.run("--version").out().startsWith("gradflow "));
  }

  private static String weightsOf(Path output) throws IOException {
    return JSON.readTree(output.resolve("summary.json").toFile()).get("weightsSha256").asText();
  }

  private static double firstStepLoss(Path output) throws IOException {
    String line =
        Files.readAllLines(output.resolve("metrics.jsonl")).stream()
            .filter(each -> each.contains("\"type\":\"step\""))
            .findFirst()
            .orElseThrow();
    return JSON.readTree(line).get("loss").asDouble();
  }
}
