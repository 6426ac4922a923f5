package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.InnerProduct;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that take a sequence step by step. */
class StepwiseTest {
  private static final int STEPS = 7;
  private static final int ROWS = 3;
  private static final int VOCABULARY = 5;

  private static NetworkSpec network(String yaml, int steps) {
    List<LayerSpec> layers =
        List.of(
            new Embedding(VOCABULARY, 6, true, new Initializer.Zeros()),
            SpecReader.readYaml("block: " + yaml, "test", LayerSpec.class));
    return NetworkSpec.sequential(new InputSpec("tokens", Shape.of(steps)), layers);
  }

  /** Rows are padded in front, behind and in between, so that states are held as well. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{lstm: {units: 19, returnSequences: true, tbptt: 2}}, {dense: 5}]",
        "[{gru: {units: 5, returnSequences: true}}, {lstm: {units: 4, returnSequences: true}}]",
        "[{simpleRnn: {units: 5, returnSequences: true, activation: relu}}, {layerNorm: {}}]",
        "[{residual: [{gru: {units: 6, returnSequences: true}}, {dropout: 0.5}]}, {burnIn: 3}]",
        "[{batchNorm: {}}, {spatialDropout: 0.5}, {activation: softmax}, {rmsNorm: {}}]",
        "[{gaussianNoise: 1}, {stochasticDepth: 0.5}, {masking: {}}]"
      })
  void forward_stepByStep_hasTheBitsOfTheWhole(String yaml) {
    NetworkSpec whole = network(yaml, STEPS);
    NetworkSpec each = whole.stepwise().orElseThrow();
    assertEquals(whole.layout().size(), each.layout().size());
    float[] weights = new float[whole.layout().size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.1f + (float) Math.abs(CounterRng.gaussian(3, i));
    }
    float[] tokens = {1, 2, 3, 4, 1, 0, 0, 0, 0, 2, 1, 4, 4, 3, 3, 0, 2, 0, 1, 1, 0};
    float[] expected = new float[ROWS * whole.outputShape(0).size()];
    run(bind(whole, STEPS), weights, tokens, expected, 0, expected.length);
    Network network = bind(each, 1);
    int width = each.outputShape(0).size();
    for (int t = 0; t < STEPS; t++) {
      float[] column = new float[ROWS];
      for (int row = 0; row < ROWS; row++) {
        column[row] = tokens[row * STEPS + t];
      }
      float[] actual = new float[ROWS * width];
      run(network, weights, column, actual, 0, actual.length);
      for (int row = 0; row < ROWS; row++) {
        for (int j = 0; j < width; j++) {
          assertEquals(
              expected[(row * STEPS + t) * width + j],
              actual[row * width + j],
              "row " + row + ", step " + t + ", element " + j);
        }
      }
    }
  }

  private static Network bind(NetworkSpec spec, int steps) {
    return spec.bind(schema(steps), List.of(), ROWS, Numerics.PORTABLE.gemm());
  }

  private static ExampleSchema schema(int steps) {
    return new ExampleSchema(List.of(NetworkTrial.tokens("tokens", steps, VOCABULARY)), List.of());
  }

  private static void run(
      Network network, float[] weights, float[] tokens, float[] to, int at, int count) {
    MiniBatch batch = new MiniBatch(schema(tokens.length / ROWS), ROWS);
    batch.rows(ROWS);
    System.arraycopy(tokens, 0, batch.input(0), 0, tokens.length);
    Pass pass = new Pass();
    pass.arrays(weights, new float[0]);
    pass.rows(ROWS, 0, false);
    network.forward(pass, batch);
    Buffer output = network.output(0);
    System.arraycopy(output.array(), output.offset(), to, at, count);
  }

  @Test
  void stepwise_boundAnew_beginsAnew() {
    NetworkSpec each = network("[{lstm: {units: 4, returnSequences: true}}]", 4).stepwise().get();
    float[] weights = new float[each.layout().size()];
    Arrays.fill(weights, 0.3f);
    float[] tokens = {1, 2, 3};
    float[] first = new float[12];
    float[] second = new float[12];
    float[] anew = new float[12];
    Network network = bind(each, 1);
    run(network, weights, tokens, first, 0, 12);
    run(network, weights, tokens, second, 0, 12);
    run(bind(each, 1), weights, tokens, anew, 0, 12);
    assertTrue(first[0] != second[0]);
    assertEquals(Arrays.toString(first), Arrays.toString(anew));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{lstm: {units: 3}}]",
        "[{gru: {units: 3, returnSequences: true, goBackwards: true}}]",
        "[{bidirectional: {layer: {gru: {units: 3, returnSequences: true}}}}]",
        "[{multiHeadAttention: {heads: 2, causal: true}}]",
        "[{transformerBlock: {heads: 2, feedForward: 3, causal: true}}]",
        "[learnedPositions]",
        "[sinusoidalPositions]",
        "[{conv1d: {filters: 2, kernel: 3, padding: {explicit: [2, 0]}}}]",
        "[{groupNorm: {groups: 2}}]",
        "[{upsample1d: 2}]",
        "[{crop1d: 1}]"
      })
  void stepwise_layerThatTakesTheWhole_isNot(String yaml) {
    assertTrue(network(yaml, STEPS).stepwise().isEmpty());
  }

  @Test
  void stepwise_stepsSideBySide_isNot() {
    InputSpec input = new InputSpec("tokens", Shape.of(STEPS));
    NodeSpec vectors =
        new NodeSpec("a", new Embedding(5, 2, false, new Initializer.Zeros()), List.of("tokens"));
    for (int axis : new int[] {0, -2, 1, -1}) {
      NodeSpec both = new NodeSpec("both", new Concat(axis), List.of("a", "a"));
      boolean present =
          new NetworkSpec(List.of(input), List.of(vectors, both), List.of("both"))
              .stepwise()
              .isPresent();
      assertEquals(axis == 1 || axis == -1, present, "axis " + axis);
    }
  }

  /** Training by it would leave state on an executor. */
  @Test
  void backward_carriedState_isRefused() {
    NetworkSpec each = network("[{gru: {units: 4, returnSequences: true}}]", 4).stepwise().get();
    List<LossSpec> losses = List.of(new InnerProduct());
    ExampleSchema schema =
        new ExampleSchema(
            schema(1).inputs(), List.of(NetworkTrial.number("y", each.outputShape(0))));
    NetworkTrial trial = NetworkTrial.of(each, losses, schema, 1).randomize(1);
    assertThrows(IllegalStateException.class, trial::run);
  }
}
