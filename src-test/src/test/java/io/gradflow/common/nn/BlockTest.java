package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Blocks, shared parameters and frozen layers. */
class BlockTest {
  private static final Residual RESIDUAL =
      new Residual(
          List.of(dense(4), new Block(List.of(dense(5), dense(3)), false)),
          List.of(dense(3)),
          false);

  @Test
  void layout_nestedBlocks_namesPartsByTheirPath() {
    NetworkSpec spec =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(2)), List.of(RESIDUAL, dense(2), RESIDUAL));
    assertEquals(
        List.of(
            "residual_1.dense_1/kernel",
            "residual_1.block_1.dense_1/kernel",
            "residual_1.block_1.dense_2/kernel",
            "residual_1.projection.dense_1/kernel",
            "dense_1/kernel",
            "residual_2.dense_1/kernel",
            "residual_2.block_1.dense_1/kernel",
            "residual_2.block_1.dense_2/kernel",
            "residual_2.projection.dense_1/kernel"),
        spec.layout().slices().stream().map(ParamSlice::name).toList());
    assertEquals(Shape.of(3), spec.outputShape(0));
  }

  @Test
  void gradient_residuals_matchFiniteDifferences() {
    NetworkSpec spec =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(2)),
            List.of(RESIDUAL, new Residual(List.of(dense(3)), List.of(), false)));
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(spec, 3).randomize(1));
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(spec, 1).randomize(2));
  }

  @Test
  void gradient_blockAndItsPartsByHand_sameBits() {
    NodeSpec block = new NodeSpec("r", new Residual(List.of(dense(2)), List.of(), false), of("x"));
    NodeSpec way = new NodeSpec("way", dense(2), of("x"));
    NodeSpec sum = new NodeSpec("sum", new Add(), of("x", "way"));
    GradientCheck.assertSameBits(
        NetworkTrial.ofNetwork(network(Shape.of(2), block), 3).randomize(4).run(),
        NetworkTrial.ofNetwork(network(Shape.of(2), way, sum), 3).randomize(4).run());
  }

  @Test
  void network_faultWithinABlock_namesTheDeclaredLayer() {
    Residual unequal = new Residual(List.of(dense(4)), List.of(), false);
    IllegalArgumentException fault =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                NetworkSpec.sequential(
                    new InputSpec("x", Shape.of(2)), List.of(RESIDUAL, unequal)));
    assertTrue(
        fault.getMessage().startsWith("layer 2 (residual_2, residual")
            && fault.getMessage().endsWith("inputs [[3], [4]] differ; expected one shape"),
        fault.getMessage());
  }

  @Test
  void gradient_sharedLayers_matchFiniteDifferencesInAnyChunks() {
    NetworkSpec spec = shared(true);
    assertEquals(
        List.of("a/kernel", "out/kernel"),
        spec.layout().slices().stream().map(ParamSlice::name).toList());
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(spec, 4).randomize(1));
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(spec, 1).randomize(2));
  }

  /** The gradient of shared parameters is the sum of those of two that are equal. */
  @Test
  void gradient_sharedLayers_isTheSumOverTheUses() {
    NetworkTrial shared = NetworkTrial.ofNetwork(shared(true), 3).randomize(5);
    NetworkTrial apart = NetworkTrial.ofNetwork(shared(false), 3).randomize(5);
    float[] kernel = new float[9];
    System.arraycopy(shared.weights(), 0, kernel, 0, 9);
    apart.weights("a/kernel", kernel);
    apart.weights("b/kernel", kernel);
    float[] out = new float[6];
    System.arraycopy(shared.weights(), 9, out, 0, 6);
    apart.weights("out/kernel", out);
    float[] sum = shared.gradientOf("a/kernel", shared.run());
    NetworkTrial.Outcome outcome = apart.run();
    float[] a = apart.gradientOf("a/kernel", outcome);
    float[] b = apart.gradientOf("b/kernel", outcome);
    for (int i = 0; i < sum.length; i++) {
      assertEquals(a[i] + b[i], sum[i], 0);
    }
  }

  @Test
  void gradient_sharedBlocks_matchFiniteDifferences() {
    Residual layer = new Residual(List.of(dense(3)), List.of(), false);
    NodeSpec a = new NodeSpec("a", layer, of("x"));
    NodeSpec b = new NodeSpec("b", layer, of("a"), Optional.of("a"), true);
    NetworkSpec spec = network(Shape.of(3), a, b);
    assertEquals(1, spec.layout().slices().size());
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(spec, 3).randomize(1));
  }

  @Test
  void network_sharingWhatDoesNotFit_isRefused() {
    NodeSpec a = new NodeSpec("a", dense(4), of("x"));
    for (NodeSpec b :
        List.of(
            new NodeSpec("b", dense(3), of("a"), Optional.of("a"), true),
            new NodeSpec("b", dense(4), of("a"), Optional.of("a"), true),
            new NodeSpec("b", dense(4), of("a"), Optional.of("c"), true))) {
      IllegalArgumentException fault =
          assertThrows(IllegalArgumentException.class, () -> network(Shape.of(3), a, b));
      assertTrue(fault.getMessage().startsWith("layer 2 (b, dense"), fault.getMessage());
    }
  }

  @Test
  void gradient_frozenLayer_isZeroAndPassesOn() {
    NodeSpec first = new NodeSpec("first", dense(3), of("x"));
    NodeSpec frozen =
        new NodeSpec(
            "frozen",
            new Block(List.of(dense(3), new BatchNorm(0.1f, 0.1f, true)), false),
            of("first"),
            Optional.empty(),
            false);
    NodeSpec last = new NodeSpec("last", dense(2), of("frozen"));
    NetworkSpec spec = network(Shape.of(4), first, frozen, last);
    assertEquals(
        List.of("first/kernel", "last/kernel"),
        spec.layout().slices().stream()
            .filter(ParamSlice::trainable)
            .map(ParamSlice::name)
            .toList());
    NetworkTrial trial = NetworkTrial.ofNetwork(spec, 3).randomize(3);
    trial.weights("frozen.batchNorm_1/runningVariance", 1, 2, 0.5f);
    NetworkTrial.Outcome outcome = trial.run();
    for (int i = spec.layout().trainableSize(); i < spec.layout().size(); i++) {
      assertEquals(0, outcome.gradient()[i], 0);
    }
    GradientCheck.SMOOTH.run(trial);
  }

  private static NetworkSpec shared(boolean shared) {
    Optional<String> owner = shared ? Optional.of("a") : Optional.empty();
    return network(
        Shape.of(3),
        new NodeSpec("a", dense(3), of("x")),
        new NodeSpec("b", dense(3), of("a"), owner, true),
        new NodeSpec("sum", new Add(), of("a", "b")),
        new NodeSpec("out", dense(2), of("sum")));
  }

  private static NetworkSpec network(Shape input, NodeSpec... nodes) {
    return new NetworkSpec(
        List.of(new InputSpec("x", input)),
        List.of(nodes),
        List.of(nodes[nodes.length - 1].name()));
  }

  private static List<String> of(String... inputs) {
    return List.of(inputs);
  }

  private static Dense dense(int units) {
    Initializer zeros = new Initializer.Zeros();
    return new Dense(units, new Activation.Tanh(), zeros, zeros, false);
  }
}
