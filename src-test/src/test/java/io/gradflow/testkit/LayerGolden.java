package io.gradflow.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.array.Shape;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import java.util.ArrayList;
import java.util.List;

/** A layer against a golden file: forward, input gradients and parameter gradients. */
public final class LayerGolden {
  private LayerGolden() {}

  /**
   * Asserts that a chain of layers gives what a golden case says.
   *
   * @param golden rows, inputs, parameters of the last layer, outputGradient, weights; and what
   *     comes of them: output, inputGradients, parameterGradients
   * @param tolerance as {@link Golden#assertClose} takes it
   */
  public static void assertMatches(JsonNode golden, List<LayerSpec> layers, double tolerance) {
    NetworkTrial trial =
        NetworkTrial.ofNetwork(network(golden, layers), golden.get("rows").asInt());
    for (int i = 0; i < golden.get("inputs").size(); i++) {
      copy(golden.get("inputs").get(i).get("values"), trial.batch().input(i));
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
    for (int i = 0; i < golden.get("inputs").size(); i++) {
      Golden.assertClose(
          golden.get("inputGradients").get(i),
          outcome.inputGradients().get(i),
          tolerance,
          "gradient by input " + i);
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

  private static NetworkSpec network(JsonNode golden, List<LayerSpec> layers) {
    List<InputSpec> inputs = new ArrayList<>();
    for (JsonNode input : golden.get("inputs")) {
      List<Integer> dims = new ArrayList<>();
      input.get("shape").forEach(dim -> dims.add(dim.asInt()));
      inputs.add(new InputSpec("input" + inputs.size(), new Shape(dims)));
    }
    List<String> names = inputs.stream().map(InputSpec::name).toList();
    List<NodeSpec> nodes = new ArrayList<>();
    for (LayerSpec layer : layers) {
      String name = "layer" + nodes.size();
      nodes.add(new NodeSpec(name, layer, names));
      names = List.of(name);
    }
    return new NetworkSpec(inputs, nodes, names);
  }

  private static void copy(JsonNode from, float[] to) {
    float[] values = Golden.floats(from);
    assertEquals(to.length, values.length);
    System.arraycopy(values, 0, to, 0, values.length);
  }
}
