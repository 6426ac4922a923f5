package io.gradflow.driver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.spec.Fault;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JobFileTest {
  private static final String CHAIN = JobCorpus.good("chain.yaml");

  @TestFactory
  Stream<DynamicTest> read_brokenFile_reportsEveryFaultWhereItIs() {
    return JobCorpus.broken().stream()
        .map(
            file ->
                dynamicTest(
                    file.name(),
                    () -> {
                      GradflowException failure =
                          assertThrows(
                              GradflowException.class,
                              () -> JobFile.read(file.text(), file.name(), List.of()));
                      assertEquals(ExitCode.BAD_JOB, failure.code());
                      List<Fault> faults = ((SpecException) failure.getCause()).faults();
                      List<String> expected = file.expected();
                      assertEquals(expected.size(), faults.size(), failure.getMessage());
                      assertFalse(expected.isEmpty());
                      for (int i = 0; i < expected.size(); i++) {
                        String found = text(faults.get(i), file.name());
                        assertTrue(
                            found.startsWith(expected.get(i)),
                            () -> "expected " + expected + "\nfound " + found);
                      }
                    }));
  }

  private static String text(Fault fault, String name) {
    return fault
        .toString()
        .substring(name.length() + 1)
        .replace("\n", " ")
        .replaceFirst("^(\\d+:\\d+):", "$1");
  }

  @Test
  void read_fileOfEveryForm_givesWhatItSays() {
    Job job = JobFile.read(CHAIN, "chain.yaml", List.of());

    assertEquals(2, job.train().microShardCount());
    assertEquals("true", job.data().train().options().get("header"));
    NetworkSpec network = job.network(schema(10));
    assertEquals(
        List.of("flatten_1", "hidden", "dropout_1", "activation_1", "dense_2"),
        network.nodes().stream().map(NodeSpec::name).toList());
    assertEquals(Shape.of(10), network.outputShape(0));
    assertEquals(Shape.of(64, 1000), network.layout().slice("hidden/kernel").shape());
  }

  @Test
  void read_writtenJob_equalsTheJob() {
    for (String name : List.of("chain.yaml", "graph.yaml")) {
      Job job = JobFile.read(withSecondInput(JobCorpus.good(name)), name, List.of());
      assertEquals(job, JobFile.read(SpecWriter.toYaml(job), "yaml", List.of()), name);
      assertEquals(job, JobFile.read(SpecWriter.toJson(job), "json", List.of()), name);
      assertEquals(
          SpecWriter.toYaml(job),
          SpecWriter.toYaml(JobFile.read(SpecWriter.toYaml(job), "yaml", List.of())));
    }
  }

  // The graph's second input ends in a node that nothing reads; joined by nothing we have yet.
  private static String withSecondInput(String graph) {
    return graph
        .replace(",\n     {\"columns\": \"c\", \"input\": \"right\"}", "")
        .replace(
            ",\n     {\"name\": \"other\", \"inputs\": [\"right\"], \"activation\": \"tanh\"}", "");
  }

  @Test
  void read_nodeThatNothingReads_isAFaultOfTheNode() {
    List<Fault> faults = faults(JobCorpus.good("graph.yaml"));
    assertEquals(1, faults.size());
    assertTrue(faults.get(0).message().contains("no output depends on it"), faults.toString());
  }

  @Test
  void read_overrides_winAndAreLocatedByTheirPath() {
    Job job =
        JobFile.read(
            CHAIN,
            "chain.yaml",
            List.of(
                "train.epochs=3",
                "model.layers[1].dense.units=5",
                "train.earlyStopping=null",
                "train.metrics=[accuracy, logLoss]",
                "optimizer=sgd",
                "optimizer.sgd.learningRate=0.5",
                "data.onBadRow=drop"));
    assertEquals(3, job.train().epochs());
    assertEquals(0.5, job.optimizer().learningRate());
    assertTrue(job.train().earlyStopping().isEmpty());
    assertEquals(Shape.of(64, 5), job.network(schema(3)).layout().slice("hidden/kernel").shape());

    List<Fault> faults =
        faults(
            CHAIN,
            "train.epochs=ten",
            "model.layers[9].dense.units=1",
            "model..x=1",
            "name.first=x",
            "nmae=x",
            "train.metrics=[accuracy",
            "loss=huber");
    assertEquals(
        List.of(
            "--set model.layers[9].dense.units: model.layers has 5 elements; there is no 9",
            "--set model..x: \"model..x\" is not a path; expected e.g. train.epochs or"
                + " model.layers[0].dense",
            "--set name.first: name is not a map but \"digits\"",
            "--set train.metrics: not well-formed: expected ',' or ']', but got <stream end> while"
                + " parsing a flow sequence that begins at line 1, column 1",
            "--set train.epochs: train.epochs: expected a whole number, got \"ten\"",
            "--set nmae: unknown key \"nmae\"; did you mean \"name\"? expected name, seed, data,"
                + " model, loss, outputs, optimizer, schedule, clip, regularization,"
                + " learningRateFactors, average, train, checkpoint, output",
            "--set loss: loss: does not fit the label: output [2] does not match target label (one"
                + " of 2 classes); expected 2 numbers"),
        faults.stream().map(Fault::toString).toList());
  }

  @Test
  void read_overrideWithoutValue_isAUsageErrorWithoutTheSecret() {
    GradflowException failure =
        assertThrows(
            GradflowException.class, () -> JobFile.read(CHAIN, "chain.yaml", List.of("epochs")));
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals("a.password=(redacted)", Redaction.override("a.password=hunter2"));
  }

  @Test
  void network_classesThatDoNotFit_isAFaultOfTheLayer() {
    Job job = JobFile.read(CHAIN, "chain.yaml", List.of("model.layers[4].dense={units: 7}"));
    GradflowException failure =
        assertThrows(GradflowException.class, () -> job.network(schema(10)));
    assertEquals(ExitCode.BAD_JOB, failure.code());
    assertTrue(failure.getMessage().contains("output [7]"), failure.getMessage());
  }

  @Test
  void network_layerThatDoesNotFitTheData_isLocated() {
    Job job =
        JobFile.read(
            CHAIN.replace("as: tensor, shape: [8, 8, 1], ", ""),
            "chain.yaml",
            List.of("model.layers[0]=reshape: [8, 8]"));
    GradflowException failure =
        assertThrows(GradflowException.class, () -> job.network(schema(10, Shape.of(60))));
    assertTrue(
        failure.getMessage().startsWith("--set model.layers[0]: model.layers[0]: layer 1"),
        failure.getMessage());
  }

  @Test
  void effective_credentials_areTakenOut() {
    Job job =
        JobFile.read(
            CHAIN,
            "chain.yaml",
            List.of(
                "data.train.path=s3a://id:hunter2@bucket/x.csv?token=abc&v=1",
                "data.train.options.password=hunter2"));
    String effective = SpecWriter.toJson(job.effective());
    assertFalse(effective.contains("hunter2") || effective.contains("abc"), effective);
    assertTrue(
        effective.contains("\"s3a://(redacted)@bucket/x.csv?token=(redacted)&v=1\""), effective);
  }

  @Test
  void pathsFrom_relativePaths_countFromTheFile() {
    var paths = JobFile.pathsFrom("/home/me/jobs/digits.yaml");
    assertEquals("/home/me/jobs/data/x.csv", paths.apply("data/x.csv"));
    assertEquals("/data/x.csv", paths.apply("/data/x.csv"));
    assertEquals("hdfs:///x.csv", paths.apply("hdfs:///x.csv"));
    assertEquals("data/x.csv", JobFile.pathsFrom("digits.yaml").apply("data/x.csv"));
  }

  @Test
  void read_mutatedFile_throwsNothingButFaults() {
    for (long seed = 0; seed < 1000; seed++) {
      String text = mutate(CHAIN, new Random(seed));
      try {
        JobFile.read(text, "fuzz", List.of());
      } catch (GradflowException e) {
        assertTrue(e.getCause() instanceof SpecException, "seed " + seed + ": " + e);
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + " of\n" + text, e);
      }
    }
  }

  /** Deletes, doubles, swaps or replaces pieces. */
  private static String mutate(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    String alphabet = "{}[]:,-&*!|>'\"#%@` \n\t0aZ.~<?\\\u0000\u00e9\ud83d";
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(mutated.length());
      int to = Math.min(mutated.length(), at + 1 + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> mutated.delete(at, to);
        case 1 -> mutated.insert(at, mutated.substring(at, to));
        case 2 -> mutated.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
        default -> mutated.insert(random.nextInt(mutated.length()), mutated.substring(at, to));
      }
    }
    return mutated.toString();
  }

  private static List<Fault> faults(String text, String... overrides) {
    GradflowException failure =
        assertThrows(
            GradflowException.class,
            () -> JobFile.read(text, "job.yaml", new ArrayList<>(List.of(overrides))));
    return ((SpecException) failure.getCause()).faults();
  }

  private static ExampleSchema schema(int classes) {
    return schema(classes, Shape.of(8, 8, 1));
  }

  private static ExampleSchema schema(int classes, Shape shape) {
    List<String> labels = Stream.iterate(0, i -> i + 1).limit(classes).map(i -> "c" + i).toList();
    return new ExampleSchema(
        List.of(new Field("features", shape, Field.Kind.NUMBER, List.of())),
        List.of(new Field("label", Shape.of(), Field.Kind.CLASS, labels)));
  }
}
