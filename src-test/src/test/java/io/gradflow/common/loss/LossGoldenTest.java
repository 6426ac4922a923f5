package io.gradflow.common.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.Golden;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Loss sums, weight sums, means and gradients against PyTorch. */
class LossGoldenTest {
  @TestFactory
  Stream<DynamicTest> loss_goldenCase_matchesPyTorch() {
    return Golden.cases("nn/losses.json")
        .map(golden -> DynamicTest.dynamicTest(golden.get("name").asText(), () -> matches(golden)));
  }

  @TestFactory
  Stream<DynamicTest> loss_goldenCaseWithItsSpec_matchesPyTorch() {
    return Golden.cases("loss/losses.json")
        .map(
            golden ->
                DynamicTest.dynamicTest(golden.get("name").asText(), () -> matchesOwn(golden)));
  }

  private static void matchesOwn(JsonNode golden) {
    int rows = golden.get("rows").asInt();
    int classes = golden.get("classes").asInt();
    Field target =
        classes > 0
            ? NetworkTrial.classIndex("label", classes)
            : NetworkTrial.number("target", shape(golden.get("targetShape")));
    float[] outputs = Golden.floats(golden.get("outputs"));
    float[] targets = Golden.floats(golden.get("targets"));
    float[] weights = Golden.floats(golden.get("weights"));
    float[] gradient = new float[outputs.length];
    Loss loss =
        SpecReader.readJson(golden.get("spec").toString(), LossSpec.class)
            .bind(shape(golden.get("outputShape")), target);
    LossSums sums = new LossSums();
    loss.accumulate(rows, outputs, 0, targets, 0, weights, 0, gradient, 0, sums);
    double expected = golden.get("lossSum").asDouble();
    assertEquals(expected, sums.lossSum(), 1e-6 * Math.max(1, expected), "loss sum");
    assertEquals(golden.get("weightSum").asDouble(), sums.weightSum(), 1e-12, "weight sum");
    Golden.assertClose(golden.get("gradient"), gradient, 1e-6, "gradient");
  }

  private static Shape shape(JsonNode dims) {
    return Shape.of(IntStream.range(0, dims.size()).map(i -> dims.get(i).asInt()).toArray());
  }

  private static void matches(JsonNode golden) {
    String name = golden.get("name").asText();
    int rows = golden.get("rows").asInt();
    int width = golden.get("width").asInt();
    float[] outputs = Golden.floats(golden.get("outputs"));
    float[] targets = Golden.floats(golden.get("targets"));
    float[] weights = Golden.floats(golden.get("weights"));
    float[] gradient = new float[rows * width];
    Field target =
        targets.length == rows && name.startsWith("softmax")
            ? NetworkTrial.classIndex("label", width)
            : NetworkTrial.number("target", Shape.of(targets.length / rows));
    Loss loss = spec(name).bind(Shape.of(width), target);
    LossSums sums = new LossSums();
    loss.accumulate(rows, outputs, 0, targets, 0, weights, 0, gradient, 0, sums);

    double expected = golden.get("lossSum").asDouble();
    assertEquals(expected, sums.lossSum(), 1e-6 * Math.max(1, expected), "loss sum");
    assertEquals(golden.get("weightSum").asDouble(), sums.weightSum(), 1e-12, "weight sum");
    Golden.assertClose(golden.get("gradient"), gradient, 1e-6, "gradient");
    if (!golden.get("mean").isNull()) {
      double mean = golden.get("mean").asDouble();
      assertEquals(mean, sums.lossSum() / sums.weightSum(), 1e-6 * Math.max(1, mean), "mean");
    }
    LossSums withoutGradient = new LossSums();
    loss.accumulate(rows, outputs, 0, targets, 0, weights, 0, null, 0, withoutGradient);
    assertEquals(sums.lossSum(), withoutGradient.lossSum(), "loss sum without gradient");
  }

  private static LossSpec spec(String name) {
    return switch (kind(name)) {
      case "softmaxCrossEntropy" ->
          new SoftmaxCrossEntropy(
              name.contains("smoothing") ? 0.125f : 0,
              name.contains("class weights") ? List.of(0.5f, 2f, 1f, 0.25f) : List.of());
      case "sigmoidCrossEntropy" -> new SigmoidCrossEntropy();
      case "squaredError" -> new SquaredError();
      case "absoluteError" -> new AbsoluteError();
      case "huber" -> new Huber(0.75f);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The first word. */
  private static String kind(String name) {
    int end = name.indexOf(' ');
    return end < 0 ? name : name.substring(0, end);
  }
}
