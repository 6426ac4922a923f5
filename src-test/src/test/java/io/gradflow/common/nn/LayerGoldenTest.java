package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.array.Shape;
import io.gradflow.testkit.Golden;
import io.gradflow.testkit.NetworkTrial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Forward, input gradients and parameter gradients against PyTorch. */
class LayerGoldenTest {
  /** Sums of up to some thirty products of order 1 in float32. */
  private static final double TOLERANCE = 4e-6;

  private static final Map<String, List<LayerSpec>> LAYERS = layers();

  @TestFactory
  Stream<DynamicTest> layer_goldenCase_matchesPyTorch() {
    return Golden.cases("nn/layers.json")
        .map(golden -> DynamicTest.dynamicTest(name(golden), () -> matches(golden)));
  }

  @Test
  void golden_everyCase_hasItsLayers() {
    Set<String> cases =
        Golden.cases("nn/layers.json").map(LayerGoldenTest::name).collect(Collectors.toSet());
    assertEquals(cases, new HashSet<>(LAYERS.keySet()));
  }

  private static void matches(JsonNode golden) {
    NetworkTrial trial = NetworkTrial.ofNetwork(network(golden), golden.get("rows").asInt());
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

    Golden.assertClose(golden.get("output"), outcome.outputs().get(0), TOLERANCE, "output");
    for (int i = 0; i < golden.get("inputs").size(); i++) {
      Golden.assertClose(
          golden.get("inputGradients").get(i),
          outcome.inputGradients().get(i),
          TOLERANCE,
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
                    TOLERANCE,
                    "gradient of " + p.getKey()));
  }

  private static NetworkSpec network(JsonNode golden) {
    List<InputSpec> inputs = new ArrayList<>();
    for (JsonNode input : golden.get("inputs")) {
      List<Integer> dims = new ArrayList<>();
      input.get("shape").forEach(dim -> dims.add(dim.asInt()));
      inputs.add(new InputSpec("input" + inputs.size(), new Shape(dims)));
    }
    List<String> names = inputs.stream().map(InputSpec::name).toList();
    List<NodeSpec> nodes = new ArrayList<>();
    for (LayerSpec layer : LAYERS.get(name(golden))) {
      String name = "layer" + nodes.size();
      nodes.add(new NodeSpec(name, layer, names));
      names = List.of(name);
    }
    return new NetworkSpec(inputs, nodes, names);
  }

  private static Map<String, List<LayerSpec>> layers() {
    Map<String, List<LayerSpec>> layers = new LinkedHashMap<>();
    List<Activation> activations =
        List.of(
            new Activation.Identity(),
            new Activation.Relu(),
            new Activation.LeakyRelu(0.2f),
            new Activation.Elu(1.5f),
            new Activation.Selu(),
            new Activation.Gelu(),
            new Activation.Silu(),
            new Activation.Sigmoid(),
            new Activation.Tanh(),
            new Activation.Softplus(),
            new Activation.Softmax());
    for (Activation activation : activations) {
      String kind = SpecLabel.kind(activation);
      layers.put("activation " + kind, List.of(new ActivationLayer(activation)));
      layers.put("dense " + kind, List.of(dense(5, activation, true)));
    }
    layers.put("dense without bias", List.of(dense(19, new Activation.Tanh(), false)));
    layers.put("dense one row", List.of(dense(1, new Activation.Identity(), true)));
    layers.put("dense last axis", List.of(dense(6, new Activation.Sigmoid(), true)));
    layers.put("flatten", List.of(new Flatten(), dense(4, new Activation.Identity(), true)));
    return layers;
  }

  private static Dense dense(int units, Activation activation, boolean useBias) {
    Initializer zeros = new Initializer.Zeros();
    return new Dense(units, activation, zeros, zeros, useBias);
  }

  private static String name(JsonNode golden) {
    return golden.get("name").asText();
  }

  private static void copy(JsonNode from, float[] to) {
    float[] values = Golden.floats(from);
    assertEquals(to.length, values.length);
    System.arraycopy(values, 0, to, 0, values.length);
  }
}
