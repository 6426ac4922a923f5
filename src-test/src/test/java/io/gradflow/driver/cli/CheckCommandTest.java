package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.nn.Binding;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.Layer;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.ParamSpec;
import io.gradflow.common.nn.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The check of a user's own network on the user's own data. */
class CheckCommandTest {
  private static final Path EXAMPLE = Path.of("../deploy/examples/digits.yaml").toAbsolutePath();
  private static final String LABEL = "label: {column: kind, as: class}";

  @TempDir static Path directory;

  /** Pictures of 6 by 5, words, two numbers, a class and a value. */
  @BeforeAll
  static void writeRows() throws IOException {
    Random random = new Random(17);
    StringBuilder csv = new StringBuilder();
    for (int pixel = 0; pixel < 30; pixel++) {
      csv.append("p").append(pixel).append(',');
    }
    csv.append("words,width,height,kind,size\n");
    for (int row = 0; row < 24; row++) {
      for (int pixel = 0; pixel < 30; pixel++) {
        csv.append(String.format(Locale.ROOT, "%.3f,", random.nextGaussian()));
      }
      for (int word = random.nextInt(4); word < 5; word++) {
        csv.append("abcde".charAt(random.nextInt(5))).append(' ');
      }
      double width = random.nextGaussian();
      double height = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              ",%.3f,%.3f,%s,%.3f%n",
              width,
              height,
              List.of("red", "green", "blue").get(random.nextInt(3)),
              width * height));
    }
    Files.writeString(directory.resolve("rows.csv"), csv);
  }

  @Test
  void check_digitsExample_passesEveryWay() {
    Shell.Result result = Shell.run("check", EXAMPLE.normalize(), "--set", "train.batchSize=16");
    assertEquals(0, result.code(), result.out() + result.err());
    assertTrue(result.out().contains("of 4 parameters, 0 wrong"), result.out());
    assertTrue(result.out().contains("= resident tasks"), result.out());
    assertTrue(result.out().contains("check passed"), result.out());
  }

  @TestFactory
  Stream<DynamicTest> check_anyKindOfNetwork_passesForAllItsParameters() {
    return jobs().entrySet().stream()
        .map(
            job ->
                DynamicTest.dynamicTest(
                    job.getKey(),
                    () -> {
                      Shell.Result result = check(job.getKey(), job.getValue().text());
                      assertEquals(0, result.code(), result.out() + result.err());
                      String of = " of " + job.getValue().parameters() + " parameters, 0 wrong";
                      assertTrue(result.out().contains(of), result.out());
                      assertTrue(result.out().contains("  worst: "), result.out());
                    }));
  }

  /**
   * @param parameters that it has, statistics not counted
   */
  private record Checked(int parameters, String text) {}

  private static Map<String, Checked> jobs() {
    Map<String, Checked> jobs = new TreeMap<>();
    jobs.put(
        "cnn",
        new Checked(
            6,
            job(
                "[{columns: p*}]",
                LABEL,
                """
                model:
                  layers:
                    - reshape: [6, 5, 1]
                    - conv2d: {filters: 3, kernel: 3, padding: same, activation: relu}
                    - maxPool2d: 2
                    - depthwiseConv2d: {kernel: 2, activation: tanh}
                    - flatten
                    - dropout: 0.3
                    - dense: classes
                loss: softmaxCrossEntropy
                """)));
    jobs.put(
        "normalized",
        new Checked(
            6,
            job(
                "[{columns: p*}]",
                "label: {column: size, as: number}",
                """
                model:
                  layers:
                    - dense: {units: 5}
                    - batchNorm
                    - activation: relu
                    - dense: 1
                loss: huber
                """)));
    jobs.put(
        "lstm",
        new Checked(
            9,
            job(
                "[{columns: words, as: text, level: word, maxLength: 5}]",
                LABEL,
                """
                model:
                  layers:
                    - embedding: {vocabulary: 7, width: 3, maskZero: true}
                    - lstm: {units: 4, returnSequences: true, tbptt: 2}
                    - lstm: {units: 4}
                    - dense: classes
                loss: softmaxCrossEntropy
                """)));
    jobs.put(
        "transformer",
        new Checked(
            16,
            job(
                "[{columns: words, as: text, level: word, maxLength: 5}]",
                "label: {column: words, as: nextToken}",
                """
                model:
                  layers:
                    - embedding: {vocabulary: classes, width: 6, maskZero: true}
                    - learnedPositions
                    - transformerBlock: {heads: 2, feedForward: 8, causal: true, dropout: 0.2}
                    - dense: classes
                loss: maskedSoftmaxCrossEntropy
                """)));
    jobs.put(
        "several",
        new Checked(
            10,
            job(
                "[{columns: [width, height], input: sizes}, {columns: p*, input: picture}]",
                """
                targets:
                    kind: {column: kind, as: class}
                    size: {column: size, as: number}\
                """,
                """
                model:
                  nodes:
                    - {name: seen, inputs: picture, dense: {units: 4, activation: tanh}}
                    - {name: measured, inputs: sizes, dense: {units: 3, activation: gelu}}
                    - {name: both, inputs: [seen, measured], concat: {}}
                    - {name: shared, inputs: both, dense: {units: 4, activation: elu}}
                    - {name: kind, inputs: shared, dense: classes}
                    - {name: size, inputs: shared, dense: 1}
                outputs:
                  kind: {loss: focal}
                  size: {loss: squaredError, weight: 0.5}
                """)));
    return jobs;
  }

  /** The gain's gradient is half of what it should be. */
  @Test
  void check_layerOfOnesOwnWithAWrongGradient_namesItsParameterAndFails() throws IOException {
    Shell.Result result =
        check(
            "wrong",
            job(
                "[{columns: p*}]",
                LABEL,
                """
                model:
                  layers:
                    - dense: {units: 5, activation: tanh}
                    - %s
                    - dense: classes
                loss: softmaxCrossEntropy
                """
                    .formatted(HalvedGain.class.getName())));
    assertEquals(70, result.code(), result.out() + result.err());
    assertTrue(result.out().contains("  worst: HalvedGain_1/gain "), result.out());
    assertTrue(result.out().contains("check FAILED"), result.out());
  }

  private static String job(String features, String label, String rest) {
    return """
    name: checked
    seed: 3
    data:
      train: {format: csv, path: rows.csv}
      features: %s
      %s
    %soptimizer: {sgd: {learningRate: 0.1}}
    train: {epochs: 1, batchSize: 8, microShards: 2}
    """
        .formatted(features, label, rest);
  }

  private static Shell.Result check(String name, String job) throws IOException {
    return Shell.run("check", Files.writeString(directory.resolve(name + ".yaml"), job));
  }

  /** y = g x, with g [width]. */
  record HalvedGain() implements LayerSpec {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public List<ParamSpec> params(List<Shape> inputs) {
      return List.of(new ParamSpec("gain", inputs.get(0), new Initializer.Constant(1), true));
    }

    @Override
    public Layer bind(Binding binding) {
      return new HalvedGainLayer(binding);
    }
  }

  /** The executable twin. */
  private record HalvedGainLayer(Binding binding) implements Layer {
    @Override
    public void forward(Pass pass) {
      int width = binding.inputShapes().get(0).size();
      float[] x = binding.inputs().get(0).array();
      float[] y = binding.output().array();
      for (int i = 0; i < pass.rows() * width; i++) {
        float gain = pass.weights()[binding.paramOffset("gain") + i % width];
        y[binding.output().offset() + i] = gain * x[binding.inputs().get(0).offset() + i];
      }
    }

    @Override
    public void backward(Pass pass) {
      int width = binding.inputShapes().get(0).size();
      float[] x = binding.inputs().get(0).array();
      float[] dy = binding.outputGradient().array();
      float[] dx = binding.inputGradient(0).orElseThrow().array();
      int gain = binding.paramOffset("gain");
      for (int i = 0; i < pass.rows() * width; i++) {
        float by = dy[binding.outputGradient().offset() + i];
        int at = gain + i % width;
        pass.gradient()[at] += by * x[binding.inputs().get(0).offset() + i] / 2;
        dx[binding.inputGradient(0).get().offset() + i] = by * pass.weights()[at];
      }
    }
  }
}
