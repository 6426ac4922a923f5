package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkSpecTest {
  private static final InputSpec IMAGE = new InputSpec("image", Shape.of(4, 3));

  @Test
  void sequential_kinds_nameAndCountNodes() {
    NetworkSpec spec =
        NetworkSpec.sequential(
            IMAGE, List.of(new Flatten(), dense(5), new Dropout(0.5f), dense(2)));
    assertEquals(
        List.of("flatten_1", "dense_1", "dropout_1", "dense_2"),
        spec.nodes().stream().map(NodeSpec::name).toList());
    assertEquals(List.of("dense_2"), spec.outputs());
    assertEquals(Shape.of(2), spec.outputShape(0));
    assertEquals(
        List.of("dense_1/kernel", "dense_1/bias", "dense_2/kernel", "dense_2/bias"),
        spec.layout().slices().stream().map(ParamSlice::name).toList());
    assertEquals(Shape.of(12, 5), spec.layout().slice("dense_1/kernel").shape());
    assertEquals(12 * 5 + 5 + 5 * 2 + 2, spec.layout().trainableSize());
  }

  @Test
  void layout_statistics_followTrainables() {
    NetworkSpec spec =
        new NetworkSpec(
            List.of(IMAGE),
            List.of(
                new NodeSpec("counted", new Counted(), List.of("image")),
                new NodeSpec("top", dense(1), List.of("counted"))),
            List.of("top"));
    assertEquals(
        List.of("counted/scale", "top/kernel", "top/bias", "counted/seen"),
        spec.layout().slices().stream().map(ParamSlice::name).toList());
    assertEquals(spec.layout().size() - 1, spec.layout().trainableSize());
  }

  @Test
  void initialize_seedAndName_decideAlone() {
    NetworkSpec small = NetworkSpec.sequential(IMAGE, List.of(new Flatten(), dense(5)));
    NetworkSpec large = NetworkSpec.sequential(IMAGE, List.of(new Flatten(), dense(5), dense(7)));
    float[] weights = initialized(small, 1);
    assertArrayEquals(weights, initialized(small, 1));
    assertArrayEquals(weights, Arrays.copyOf(initialized(large, 1), weights.length));
    assertNotEquals(weights[0], initialized(small, 2)[0]);
  }

  @Test
  void constructor_shapesThatDoNotFit_nameTheLayer() {
    assertFault(
        "layer 2 (reshape_1, reshape shape=[5]): input [12] has 12 elements, shape [5] has 5;"
            + " expected as many",
        () -> NetworkSpec.sequential(IMAGE, List.of(new Flatten(), new Reshape(Shape.of(5)))));
    assertFault(
        "layer 1 (both, dense units=2): got 2 inputs; expected one",
        () -> network(List.of(new NodeSpec("both", dense(2), List.of("image", "image"))), "both"));
  }

  @Test
  void constructor_namesThatDoNotResolve_areFaults() {
    assertFault(
        "layer 1 (a, dense units=2): no input or node b; there are [image, a]",
        () -> network(List.of(new NodeSpec("a", dense(2), List.of("b"))), "a"));
    assertFault(
        "layer 2 (a, dense units=2): the name a is taken; names of inputs and nodes must differ",
        () ->
            network(
                List.of(
                    new NodeSpec("a", dense(2), List.of("image")),
                    new NodeSpec("a", dense(2), List.of("image"))),
                "a"));
    assertFault(
        "network output image is not a node; nodes are [a]",
        () -> network(List.of(new NodeSpec("a", dense(2), List.of("image"))), "image"));
    assertFault(
        "network has no outputs; name at least one node",
        () -> new NetworkSpec(List.of(IMAGE), List.of(), List.of()));
    assertFault(
        "network has no layers; expected at least one",
        () -> NetworkSpec.sequential(IMAGE, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new NodeSpec("a/b", dense(2), List.of("image")));
    assertThrows(IllegalArgumentException.class, () -> new NodeSpec("a", dense(2), List.of()));
  }

  @Test
  void constructor_cycle_isAFault() {
    assertFault(
        "network has a cycle among or before the nodes [a, b, c]",
        () ->
            network(
                List.of(
                    new NodeSpec("a", dense(2), List.of("b")),
                    new NodeSpec("b", dense(2), List.of("a")),
                    new NodeSpec("c", dense(2), List.of("b")),
                    new NodeSpec("d", dense(2), List.of("image"))),
                "c"));
  }

  @Test
  void constructor_nodeOrInputThatNothingUses_isAFault() {
    assertFault(
        "layer 2 (idle, dense units=2): no output depends on it; connect it or leave it out",
        () ->
            network(
                List.of(
                    new NodeSpec("a", dense(2), List.of("image")),
                    new NodeSpec("idle", dense(2), List.of("a"))),
                "a"));
    assertFault(
        "network input other: no output depends on it; connect it or leave it out",
        () ->
            new NetworkSpec(
                List.of(IMAGE, new InputSpec("other", Shape.of(1))),
                List.of(new NodeSpec("a", dense(2), List.of("image"))),
                List.of("a")));
  }

  @Test
  void bind_schemaThatDoesNotFit_isAFault() {
    NetworkSpec spec = NetworkSpec.sequential(IMAGE, List.of(new Flatten(), dense(3)));
    LossSpec loss = new SoftmaxCrossEntropy(0, List.of());
    assertFault(
        "input field image [4, 4] does not feed network input image [4, 3]; expected the same name"
            + " and size",
        () -> bind(spec, schema("image", Shape.of(4, 4), 3), List.of()));
    assertFault(
        "input field picture [4, 3] does not feed network input image [4, 3]; expected the same"
            + " name and size",
        () -> bind(spec, schema("picture", Shape.of(4, 3), 3), List.of()));
    assertFault(
        "softmaxCrossEntropy on the output of layer 2 (dense_1, dense units=3): output [3] does"
            + " not match target label (one of 4 classes); expected output [4]",
        () -> bind(spec, schema("image", Shape.of(4, 3), 4), List.of(loss)));
    assertFault(
        "network has 1 outputs, but there are 2 losses and 1 targets; expected one of each per"
            + " output",
        () -> bind(spec, schema("image", Shape.of(4, 3), 3), List.of(loss, loss)));
  }

  private static ExampleSchema schema(String input, Shape shape, int classes) {
    return new ExampleSchema(
        List.of(NetworkTrial.number(input, shape)),
        List.of(NetworkTrial.classIndex("label", classes)));
  }

  private static Network bind(NetworkSpec spec, ExampleSchema schema, List<LossSpec> losses) {
    return spec.bind(schema, losses, 2, Numerics.PORTABLE.gemm());
  }

  private static NetworkSpec network(List<NodeSpec> nodes, String output) {
    return new NetworkSpec(List.of(IMAGE), nodes, List.of(output));
  }

  private static void assertFault(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  private static float[] initialized(NetworkSpec spec, long seed) {
    float[] weights = new float[spec.layout().size()];
    spec.initialize(seed, weights);
    return weights;
  }

  private static Dense dense(int units) {
    return new Dense(
        units,
        new Activation.Identity(),
        new Initializer.GlorotUniform(),
        new Initializer.Zeros(),
        true);
  }

  /** A layer with a trainable parameter and a statistic. */
  record Counted() implements LayerSpec {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public List<ParamSpec> params(List<Shape> inputs) {
      return List.of(
          new ParamSpec("seen", Shape.of(1), new Initializer.Zeros(), false),
          new ParamSpec("scale", Shape.of(1), new Initializer.Constant(1), true));
    }

    @Override
    public Layer bind(Binding binding) {
      throw new UnsupportedOperationException("only its layout is looked at");
    }
  }
}
