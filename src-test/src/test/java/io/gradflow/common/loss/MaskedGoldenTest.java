package io.gradflow.common.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.nn.Reshape;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.Golden;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Cross-entropy over the steps that are no padding, from network to gradient, against PyTorch. */
class MaskedGoldenTest {
  @TestFactory
  Stream<DynamicTest> loss_goldenCase_matchesPyTorch() {
    return Golden.cases("loss/masked.json")
        .map(golden -> DynamicTest.dynamicTest(golden.get("name").asText(), () -> matches(golden)));
  }

  private static void matches(JsonNode golden) {
    NetworkTrial trial = trial(golden);
    copy(golden.get("outputs"), trial.batch().input(0));
    if (!golden.get("mask").isNull()) {
      copy(golden.get("mask"), trial.batch().input(1));
    }
    copy(golden.get("targets"), trial.batch().target(0));
    copy(golden.get("weights"), trial.batch().weights());

    NetworkTrial.Outcome outcome = trial.run();

    double expected = golden.get("lossSum").asDouble();
    assertEquals(expected, outcome.lossSum(), 1e-6 * Math.max(1, expected), "loss sum");
    assertEquals(golden.get("weightSum").asDouble(), outcome.weightSum(), 1e-6, "weight sum");
    Golden.assertClose(golden.get("gradient"), outcome.inputGradients().get(0), 1e-6, "gradient");
    if (!golden.get("mean").isNull()) {
      double mean = golden.get("mean").asDouble();
      assertEquals(mean, outcome.lossSum() / outcome.weightSum(), 1e-6 * Math.max(1, mean), "mean");
    }
    GradientCheck.sameBitsInChunks(trial);
  }

  private static NetworkTrial trial(JsonNode golden) {
    int steps = golden.get("steps").asInt();
    int classes = golden.get("classes").asInt();
    Shape shape = Shape.of(steps, classes);
    InputSpec z = new InputSpec("z", shape);
    InputSpec mask = new InputSpec("mask", Shape.of(steps));
    boolean masked = !golden.get("mask").isNull();
    NetworkSpec network =
        masked
            ? new NetworkSpec(
                List.of(z, mask),
                List.of(new NodeSpec("out", new MaskedBy(), List.of("z", "mask"))),
                List.of("out"))
            : NetworkSpec.sequential(z, List.of(new Reshape(shape)));
    var number = NetworkTrial.number("z", shape);
    ExampleSchema schema =
        new ExampleSchema(
            masked ? List.of(number, NetworkTrial.classPerStep("mask", steps, 2)) : List.of(number),
            List.of(NetworkTrial.classPerStep("tags", steps, classes)));
    LossSpec loss = SpecReader.readJson(golden.get("spec").toString(), LossSpec.class);
    return NetworkTrial.of(network, List.of(loss), schema, golden.get("rows").asInt());
  }

  private static void copy(JsonNode from, float[] to) {
    float[] values = Golden.floats(from);
    assertEquals(to.length, values.length);
    System.arraycopy(values, 0, to, 0, values.length);
  }
}
