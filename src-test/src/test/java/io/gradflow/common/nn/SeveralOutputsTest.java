package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.AbsoluteError;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.Objective;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.loss.SquaredError;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeveralOutputsTest {
  private static final LossSpec CROSS_ENTROPY = new SoftmaxCrossEntropy(0, List.of());
  private static final Field KIND = NetworkTrial.classIndex("kind", 3);
  private static final Field SIZE = NetworkTrial.number("size", Shape.of(2));
  private static final Objective BY_KIND = new Objective(CROSS_ENTROPY, "kind", 1);
  private static final Objective BY_SIZE = new Objective(new SquaredError(), "size", 0.25f);
  private static final Objective AUXILIARY = new Objective(CROSS_ENTROPY, "kind", 0.3f);

  @Test
  void gradient_weightedOutputsOfSharedTargets_matchesFiniteDifferences() {
    GradientCheck.SMOOTH.run(trial(4, BY_KIND, BY_SIZE, AUXILIARY).randomize(1));
    GradientCheck.SMOOTH.run(trial(1, AUXILIARY, BY_SIZE, BY_KIND).randomize(2));
  }

  @Test
  void gradient_ofTheSum_isTheWeightedSumOfTheGradients() {
    NetworkTrial.Outcome sum = trial(5, BY_KIND, BY_SIZE, AUXILIARY).randomize(3).run();
    double loss = 0;
    float[] gradient = new float[sum.gradient().length];
    for (int only = 0; only < 3; only++) {
      Objective[] each = {BY_KIND, BY_SIZE, AUXILIARY};
      float weight = each[only].weight();
      for (int i = 0; i < 3; i++) {
        // The others hardly count.
        each[i] = new Objective(each[i].loss(), each[i].target(), i == only ? 1 : 1e-30f);
      }
      NetworkTrial.Outcome one = trial(5, each).randomize(3).run();
      loss += weight * one.lossSum();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += weight * one.gradient()[i];
      }
    }
    assertEquals(loss, sum.lossSum(), 1e-6 * loss);
    assertArrayEquals(gradient, sum.gradient(), 1e-5f);
  }

  @Test
  void bind_targetThatIsNotThere_isAFault() {
    NetworkTrial trial = trial(2, BY_KIND, BY_SIZE, new Objective(CROSS_ENTROPY, "colour", 1));
    assertEquals(
        "no target colour; there are [kind, size]",
        assertThrows(IllegalArgumentException.class, trial::bind).getMessage());
  }

  @Test
  void activityRegularization_valuesAndMask_growTheLossByHandCalculation() {
    NetworkSpec network =
        network(
            List.of(new InputSpec("x", Shape.of(3, 2)), new InputSpec("mask", Shape.of(3))),
            node("masked", new MaskedBy(), "x", "mask"),
            node("penalty", layer("{activityRegularization: {l1: 0.5, l2: 2}}"), "masked"));
    NetworkTrial trial = NetworkTrial.ofNetwork(network, 2);
    float[] x = {1, -2, 3, 0, 9, 9, 0.5f, 0, 0, 0, -1, 1};
    System.arraycopy(x, 0, trial.batch().input(0), 0, x.length);
    float[] mask = {1, 1, 0, 1, 1, 1};
    System.arraycopy(mask, 0, trial.batch().input(1), 0, mask.length);
    trial.batch().weights()[1] = 3;
    NetworkTrial.Outcome outcome = trial.run();
    // Row 0: 0.5 * 6 + 2 * 14; row 1: 0.5 * 2.5 + 2 * 2.25; targets are 0.
    assertEquals(31 + 3 * 5.75, outcome.lossSum(), 1e-12);
    assertEquals(4, outcome.weightSum(), 0);
    float[] expected = {4.5f, -8.5f, 12.5f, 0, 0, 0, 7.5f, 0, 0, 0, -13.5f, 13.5f};
    assertArrayEquals(expected, outcome.inputGradients().get(0), 0);
  }

  @Test
  void activityRegularization_withinANetwork_matchesFiniteDifferences() {
    NetworkSpec network =
        network(
            List.of(new InputSpec("x", Shape.of(4))),
            node("hidden", layer("{dense: {units: 5, activation: tanh}}"), "x"),
            node("penalty", layer("{activityRegularization: {l2: 0.1}}"), "hidden"),
            node("out", layer("{dense: {units: 3}}"), "penalty"));
    ExampleSchema schema =
        new ExampleSchema(List.of(NetworkTrial.number("x", Shape.of(4))), List.of(KIND));
    NetworkTrial trial = NetworkTrial.of(network, List.of(CROSS_ENTROPY), schema, 5).randomize(7);
    GradientCheck.SMOOTH.run(trial);
    assertTrue(network.hasLossTerms());
  }

  @Test
  void activityRegularization_ofNothing_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ActivityRegularization(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new ActivityRegularization(-1, 1));
  }

  @Test
  void gradient_absoluteAndMaskedOutputs_keepBitsInChunks() {
    NetworkSpec network =
        network(
            List.of(new InputSpec("x", Shape.of(3, 2)), new InputSpec("mask", Shape.of(3))),
            List.of("steps", "whole"),
            node("masked", new MaskedBy(), "x", "mask"),
            node("steps", layer("{dense: {units: 4}}"), "masked"),
            node("last", layer("{gru: {units: 2, returnSequences: false}}"), "masked"),
            node("whole", layer("{dense: {units: 2}}"), "last"));
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                NetworkTrial.number("x", Shape.of(3, 2)), NetworkTrial.classPerStep("mask", 3, 2)),
            List.of(NetworkTrial.classPerStep("tags", 3, 4), SIZE));
    Objectives objectives =
        new Objectives(
            List.of(
                new Objective(CROSS_ENTROPY, "tags", 2),
                new Objective(new AbsoluteError(), "size", 0.5f)));
    NetworkTrial trial = NetworkTrial.of(network, objectives, schema, 6).randomize(9);
    GradientCheck.sameBitsInChunks(trial);
  }

  private static NetworkTrial trial(int rows, Objective... objectives) {
    List<InputSpec> inputs = List.of(new InputSpec("x", Shape.of(4)));
    List<Integer> units =
        Stream.of(objectives).map(each -> each.target().equals("size") ? 2 : 3).toList();
    NetworkSpec network =
        network(
            inputs,
            List.of("out0", "out1", "out2"),
            node("trunk", layer("{dense: {units: 5, activation: tanh}}"), "x"),
            node("out0", layer("{dense: " + units.get(0) + "}"), "trunk"),
            node("deeper", layer("{dense: {units: 3, activation: tanh}}"), "trunk"),
            node("out1", layer("{dense: " + units.get(1) + "}"), "deeper"),
            node("out2", layer("{dense: " + units.get(2) + "}"), "deeper"));
    ExampleSchema schema =
        new ExampleSchema(List.of(NetworkTrial.number("x", Shape.of(4))), List.of(KIND, SIZE));
    return NetworkTrial.of(network, new Objectives(List.of(objectives)), schema, rows);
  }

  private static NetworkSpec network(List<InputSpec> inputs, NodeSpec... nodes) {
    return network(inputs, List.of(nodes[nodes.length - 1].name()), nodes);
  }

  private static NetworkSpec network(
      List<InputSpec> inputs, List<String> outputs, NodeSpec... nodes) {
    return new NetworkSpec(inputs, List.of(nodes), outputs);
  }

  private static NodeSpec node(String name, LayerSpec layer, String... inputs) {
    return new NodeSpec(name, layer, List.of(inputs));
  }

  private static LayerSpec layer(String yaml) {
    return SpecReader.readYaml(yaml, "test", LayerSpec.class);
  }
}
