package io.gradflow.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A golden case of a chain of layers: its first layer reads all inputs, the first of them masked
 * where the case has a mask. Forward, input gradients and parameter gradients are compared.
 */
public final class LayerGolden {
  private static final String MASK = "mask";

  private LayerGolden() {}

  public static String name(JsonNode golden) {
    return golden.get("name").asText();
  }

  /**
   * @param tolerance relative above 1, absolute below
   */
  public static void assertMatches(
      JsonNode golden, List<? extends LayerSpec> layers, double tolerance) {
    NetworkTrial trial = trial(golden, layers);
    int count = golden.get("inputs").size();
    for (int i = 0; i < count; i++) {
      copy(golden.get("inputs").get(i).get("values"), trial.batch().input(i));
    }
    if (golden.has(MASK)) {
      copy(golden.get(MASK), trial.batch().input(count));
    }
    copy(golden.get("outputGradient"), trial.batch().target(0));
    copy(golden.get("weights"), trial.batch().weights());
    String node = trial.spec().outputs().get(0) + "/";
    golden
        .get("parameters")
        .properties()
        .forEach(p -> trial.weights(node + p.getKey(), Golden.floats(p.getValue())));

    NetworkTrial.Outcome outcome = trial.run();

    Golden.assertClose(golden.get("output"), outcome.outputs().get(0), tolerance, "output");
    for (int i = 0; i < count; i++) {
      if (!isTokens(golden.get("inputs").get(i))) {
        Golden.assertClose(
            golden.get("inputGradients").get(i),
            outcome.inputGradients().get(i),
            tolerance,
            "gradient by input " + i);
      }
    }
    golden
        .get("parameterGradients")
        .properties()
        .forEach(
            p ->
                Golden.assertClose(
                    p.getValue(),
                    trial.gradientOf(node + p.getKey(), outcome),
                    tolerance,
                    "gradient of " + p.getKey()));
  }

  private static NetworkTrial trial(JsonNode golden, List<? extends LayerSpec> layers) {
    List<InputSpec> inputs = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    for (JsonNode input : golden.get("inputs")) {
      List<Integer> dims = new ArrayList<>();
      input.get("shape").forEach(dim -> dims.add(dim.asInt()));
      String name = "input" + inputs.size();
      Shape shape = new Shape(dims);
      inputs.add(new InputSpec(name, shape));
      Field.Kind kind = isTokens(input) ? Field.Kind.TOKENS : Field.Kind.NUMBER;
      fields.add(new Field(name, shape, kind, List.of()));
    }
    List<String> names = new ArrayList<>(inputs.stream().map(InputSpec::name).toList());
    List<NodeSpec> nodes = new ArrayList<>();
    if (golden.has(MASK)) {
      Shape steps = Shape.of(inputs.get(0).shape().dim(0));
      inputs.add(new InputSpec(MASK, steps));
      fields.add(NetworkTrial.number(MASK, steps));
      nodes.add(new NodeSpec("masked", new MaskedBy(), List.of(names.get(0), MASK)));
      names.set(0, "masked");
    }
    for (LayerSpec layer : layers) {
      String name = "layer" + nodes.size();
      nodes.add(new NodeSpec(name, layer, names));
      names = List.of(name);
    }
    NetworkSpec network = new NetworkSpec(inputs, nodes, names);
    Field target = NetworkTrial.number("target", network.outputShape(0));
    return NetworkTrial.of(
        network,
        List.of(new InnerProduct()),
        new ExampleSchema(fields, List.of(target)),
        golden.get("rows").asInt());
  }

  private static boolean isTokens(JsonNode input) {
    return input.path("tokens").asBoolean();
  }

  private static void copy(JsonNode from, float[] to) {
    float[] values = Golden.floats(from);
    assertEquals(to.length, values.length);
    System.arraycopy(values, 0, to, 0, values.length);
  }
}
