package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.driver.optim.Adam;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.PolynomialSchedule;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Encoder and decoder as a graph of two inputs: the decoder reads the answer one step late (teacher
 * forcing) and learns to turn a sequence of tokens round.
 */
class TeacherForcingTest {
  private static final int STEPS = 5;

  /** Tokens 2 to 8; 1 starts the answer. */
  private static final int VOCABULARY = 9;

  private static final int ROWS = 32;
  private static final int WIDTH = 24;
  private static final Initializer GLOROT = new Initializer.GlorotUniform();
  private static final Initializer ZEROS = new Initializer.Zeros();

  @TestFactory
  Stream<DynamicTest> train_reversedSequences_areLearned() {
    return Stream.of(
        DynamicTest.dynamicTest("state handed over", () -> learns(recurrent(), 600)),
        DynamicTest.dynamicTest("attention to the encoder", () -> learns(attending(), 400)));
  }

  /** The decoder's first state is the encoder's last. */
  private static List<NodeSpec> recurrent() {
    Initializer orthogonal = new Initializer.Orthogonal(1);
    return List.of(
        node("sourceVectors", embedding(), "source"),
        node(
            "encoder", new Gru(WIDTH, false, false, 0, GLOROT, orthogonal, ZEROS), "sourceVectors"),
        node("answerVectors", embedding(), "answer"),
        node(
            "decoder",
            new Gru(WIDTH, true, false, 0, GLOROT, orthogonal, ZEROS),
            "answerVectors",
            "encoder"),
        node("logits", logits(), "decoder"));
  }

  private static List<NodeSpec> attending() {
    TransformerBlock block =
        new TransformerBlock(
            2,
            2 * WIDTH,
            new Activation.Gelu(),
            TransformerBlock.Norm.PRE,
            true,
            false,
            0,
            1e-5f,
            GLOROT);
    Initializer small = new Initializer.Normal(0, 0.5f);
    return List.of(
        node("sourceVectors", embedding(), "source"),
        node("encoder", new LearnedPositions(small), "sourceVectors"),
        node("answerVectors", embedding(), "answer"),
        node("positioned", new LearnedPositions(small), "answerVectors"),
        node("decoder", block, "positioned", "encoder"),
        node("logits", logits(), "decoder"));
  }

  private static Embedding embedding() {
    return new Embedding(VOCABULARY, WIDTH, false, new Initializer.Normal(0, 0.5f));
  }

  private static Dense logits() {
    return new Dense(VOCABULARY, new Activation.Identity(), GLOROT, ZEROS, true);
  }

  private static NodeSpec node(String name, LayerSpec layer, String... inputs) {
    return new NodeSpec(name, layer, List.of(inputs));
  }

  private static void learns(List<NodeSpec> nodes, int steps) {
    NetworkSpec network =
        new NetworkSpec(
            List.of(
                new InputSpec("source", Shape.of(STEPS)), new InputSpec("answer", Shape.of(STEPS))),
            nodes,
            List.of("logits"));
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                NetworkTrial.tokens("source", STEPS, VOCABULARY),
                NetworkTrial.tokens("answer", STEPS, VOCABULARY)),
            List.of(NetworkTrial.classPerStep("target", STEPS, VOCABULARY)));
    Network bound =
        network.bind(
            schema, List.of(new SoftmaxCrossEntropy(0, List.of())), ROWS, Numerics.PORTABLE.gemm());
    int n = network.layout().size();
    float[] weights = new float[n];
    network.initialize(5, weights);
    float[] gradient = new float[n];
    Optimizer optimizer =
        Optimizer.create(
            new Adam(0.01, 0.9, 0.99, 1e-8),
            new PolynomialSchedule(1, Optional.empty(), 0, 0),
            ClipSpec.NONE,
            Regularization.NONE,
            network.layout(),
            steps + 1);
    MiniBatch batch = new MiniBatch(schema, ROWS);
    batch.rows(ROWS);
    Arrays.fill(batch.weights(), 1);
    Pass pass = new Pass();
    pass.rows(ROWS, 0, true);
    for (int step = 1; step <= steps; step++) {
      fill(batch, step);
      Arrays.fill(gradient, 0);
      pass.arrays(weights, gradient);
      LossSums sums = new LossSums();
      bound.gradient(pass, batch, sums);
      optimizer.apply(weights, gradient, sums.weightSum(), step - 1);
    }
    fill(batch, steps + 1);
    LossSums sums = new LossSums();
    bound.loss(pass, batch, sums);
    double meanLoss = sums.lossSum() / sums.weightSum();
    assertTrue(meanLoss < 0.3, "mean loss " + meanLoss + " of " + Math.log(7));
  }

  /** Fresh random sequences: what is learned is the rule, not the rows. */
  private static void fill(MiniBatch batch, int step) {
    long key = CounterRng.key(3, CounterRng.Purpose.NOISE, step, 0, 0);
    for (int row = 0; row < ROWS; row++) {
      int from = row * STEPS;
      for (int t = 0; t < STEPS; t++) {
        float token = 2 + CounterRng.bits(key, from + t) % 7;
        token = token < 2 ? token + 7 : token;
        batch.input(0)[from + t] = token;
        batch.target(0)[from + STEPS - 1 - t] = token;
      }
      batch.input(1)[from] = 1;
      System.arraycopy(batch.target(0), from, batch.input(1), from + 1, STEPS - 1);
    }
  }
}
