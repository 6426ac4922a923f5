package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.testkit.Golden;
import io.gradflow.testkit.LayerGolden;
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
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    name(golden),
                    () -> LayerGolden.assertMatches(golden, LAYERS.get(name(golden)), TOLERANCE)));
  }

  @Test
  void golden_everyCase_hasItsLayers() {
    Set<String> cases =
        Golden.cases("nn/layers.json").map(LayerGoldenTest::name).collect(Collectors.toSet());
    assertEquals(cases, new HashSet<>(LAYERS.keySet()));
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
}
