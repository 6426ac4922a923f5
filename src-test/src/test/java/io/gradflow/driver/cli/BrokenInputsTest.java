package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.driver.cli.Shell.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users get for broken job files, data files and command lines: an exit code, a message, no
 * stack trace. Job files are in {@code broken/jobs}, each with what is expected of it in its first
 * lines; data files in {@code broken/data}.
 */
class BrokenInputsTest {
  private static final String EXPECT = "# expect: ";

  @TempDir static Path directory;
  private static Path job;
  private static Path model;

  @BeforeAll
  static void write() throws IOException {
    job = Blobs.write(directory);
    model = directory.resolve("run");
    assertEquals(0, Shell.run("train", job, "--output", model, "--set", "train.epochs=1").code());
  }

  /** A command line, how it ends, and a part of what it says. */
  @SuppressWarnings("ArrayRecordComponent") // A row of the table; never compared.
  private record Row(int code, String message, Object... words) {}

  private static List<Row> commandLines() throws IOException {
    Path csv = directory.resolve("blobs.csv");
    Path file = Files.writeString(directory.resolve("file"), "");
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.txt"), "mine");
    Path nowhere = directory.resolve("nowhere");
    Path cut = Files.createDirectories(directory.resolve("cut"));
    byte[] weights = Files.readAllBytes(model.resolve("model/weights.safetensors"));
    Files.write(
        cut.resolve("weights.safetensors"), java.util.Arrays.copyOf(weights, weights.length - 4));
    Files.copy(model.resolve("model/model.json"), cut.resolve("model.json"));
    return List.of(
        new Row(64, "no command given"),
        new Row(64, "or gradflow train?", "trian"),
        new Row(64, "Missing required parameter: 'JOB'", "train"),
        new Row(64, "Unknown options: '--outptu'", "train", job, "--outptu", "x"),
        new Row(64, "Missing required parameter for option '--output'", "train", job, "--output"),
        new Row(64, "expected path=value", "train", job, "--set", "train.epochs"),
        new Row(64, "Unmatched argument", "train", job, "second.yaml"),
        new Row(64, "Missing required options", "predict", model),
        new Row(64, "Missing required parameter: 'MODEL'", "evaluate", "--data", csv),
        new Row(64, "expected one of", "evaluate", model, "--data", csv, "--format", "spreadsheet"),
        new Row(
            64,
            "--on-bad-row",
            "predict",
            model,
            "--data",
            csv,
            "--output",
            "x",
            "--on-bad-row",
            "ignore"),
        new Row(
            64,
            "should be in KEY=VALUE format",
            "evaluate",
            model,
            "--data",
            csv,
            "--option",
            "sep"),
        new Row(64, "no file system for scheme", "train", "nosuch://host/job.yaml"),
        new Row(66, "no file", "train", directory.resolve("missing.yaml")),
        new Row(66, "no file", "train", "missing.yaml"),
        new Row(78, "pom.xml:1:1: expected a map", "train", "pom.xml"),
        new Row(66, "no model at", "inspect", nowhere),
        new Row(66, "no model at", "predict", nowhere, "--data", csv, "--output", "x"),
        new Row(66, "no such file or directory", "evaluate", model, "--data", nowhere),
        new Row(
            66,
            "no such file or directory",
            "train",
            job,
            "--output",
            nowhere,
            "--set",
            "data.train.path=elsewhere.csv"),
        new Row(
            66,
            "no file",
            "train",
            job,
            "--output",
            nowhere,
            "--set",
            "model.weights=none.safetensors"),
        new Row(65, "the file ends inside tensor", "evaluate", cut, "--data", csv),
        new Row(
            65,
            "not a safetensors file",
            "train",
            job,
            "--output",
            nowhere,
            "--set",
            "model.weights=blobs.csv"),
        new Row(65, "needs: [x", "predict", model, "--data", job, "--output", nowhere),
        new Row(73, "exists", "predict", model, "--data", csv, "--output", foreign),
        new Row(73, "exists and is not empty", "train", job, "--output", foreign),
        new Row(
            73,
            "not Gradflow's to overwrite",
            "train",
            job,
            "--output",
            foreign,
            "--set",
            "output.mode=overwrite"),
        new Row(73, "is a file, not a directory", "train", job, "--output", file),
        new Row(
            78,
            "unknown metric \"acuracy\"; did you mean \"accuracy\"",
            "evaluate",
            model,
            "--data",
            csv,
            "--metric",
            "acuracy"),
        new Row(78, "--set train.epochs", "train", job, "--set", "train.epochs=many"),
        new Row(78, "learningRate", "train", job, "--set", "optimizer.adam.learningRate=-1"),
        new Row(78, "mode", "train", job, "--set", "output.mode=resum"),
        new Row(
            76,
            "non-finite values (micro-shard",
            "train",
            job,
            "--output",
            directory.resolve("nan"),
            "--set",
            "optimizer={sgd: {learningRate: 1e38}}",
            "--set",
            "loss=softmaxCrossEntropy"));
  }

  @TestFactory
  Stream<DynamicTest> commandLine_broken_codeAndMessage() throws IOException {
    return commandLines().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.code() + " " + row.message(),
                    () -> check(row.code(), List.of(row.message()), row.words())));
  }

  @TestFactory
  Stream<DynamicTest> jobFile_broken_everyFaultWithItsPlace() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : resources("jobs")) {
      List<String> faults =
          Files.readAllLines(file).stream()
              .filter(line -> line.startsWith(EXPECT))
              .map(line -> line.substring(EXPECT.length()).replaceFirst(" ", ": "))
              .map(fault -> file.getFileName() + ":" + fault)
              .toList();
      tests.add(
          DynamicTest.dynamicTest(
              file.getFileName().toString(), () -> check(78, faults, "train", file)));
    }
    assertTrue(tests.size() >= 60, tests.size() + " job files");
    return tests.stream();
  }

  private static List<Path> resources(String kind) throws Exception {
    URI folder = BrokenInputsTest.class.getResource("/broken/" + kind).toURI();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.sorted().toList();
    }
  }

  private static void check(int code, List<String> messages, Object... words) {
    Result result = Shell.run(words);
    for (String message : messages) {
      assertTrue(result.err().contains(message), result.err());
    }
    assertEquals(code, result.code(), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals("", result.out());
  }
}
