package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.loss.SquaredError;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.OwnJvm;
import io.gradflow.testkit.SettledAllocation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final Activation TANH = new Activation.Tanh();
  private static final SoftmaxCrossEntropy CROSS_ENTROPY = new SoftmaxCrossEntropy(0, List.of());

  /**
   * Two inputs; "shared" is read three times, once through a view, and is an output too; nodes are
   * declared out of order.
   */
  private static NetworkSpec branching() {
    return new NetworkSpec(
        List.of(new InputSpec("a", Shape.of(2, 3)), new InputSpec("b", Shape.of(4))),
        List.of(
            new NodeSpec("left", dense(3, TANH), List.of("shared")),
            new NodeSpec("flat", new Flatten(), List.of("shared")),
            new NodeSpec("shared", dense(5, TANH), List.of("a")),
            new NodeSpec("right", dense(4, TANH), List.of("flat")),
            new NodeSpec("again", dense(2, TANH), List.of("flat")),
            new NodeSpec("other", dense(3, TANH), List.of("b"))),
        List.of("left", "right", "again", "other", "shared"));
  }

  @Test
  void gradient_fanOutViewsAndSeveralOutputs_matchesFiniteDifferences() {
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(branching(), 3).randomize(1));
  }

  @Test
  void gradient_deepChainWithDropout_matchesFiniteDifferences() {
    NetworkSpec spec =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(2, 2)),
            List.of(
                new Flatten(),
                dense(6, TANH),
                new Dropout(0.3f),
                new ActivationLayer(new Activation.Identity()),
                dense(5, new Activation.Silu()),
                new Reshape(Shape.of(5, 1)),
                dense(2, new Activation.Sigmoid())));
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(spec, 5).randomize(2));
  }

  @Test
  void gradient_realLosses_matchesFiniteDifferences() {
    GradientCheck.SMOOTH.run(classifier(7).randomize(3));
  }

  /** The total weight is that of the examples, whatever the outputs' losses say. */
  @Test
  void gradient_twoLosses_addUpRowByRow() {
    NetworkSpec spec =
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(3))),
            List.of(
                new NodeSpec("class", dense(4, TANH), List.of("x")),
                new NodeSpec("value", dense(2, TANH), List.of("x"))),
            List.of("class", "value"));
    ExampleSchema schema =
        new ExampleSchema(
            List.of(NetworkTrial.number("x", Shape.of(3))),
            List.of(NetworkTrial.classIndex("label", 4), NetworkTrial.number("y", Shape.of(2))));
    LossSpec weighted = new SoftmaxCrossEntropy(0.1f, List.of(1f, 2f, 3f, 4f));
    NetworkTrial both =
        NetworkTrial.of(spec, List.of(weighted, new SquaredError()), schema, 5).randomize(4);
    GradientCheck.SMOOTH.run(both);
    double weightSum = 0;
    for (float weight : both.batch().weights()) {
      weightSum += weight;
    }
    assertEquals(weightSum, both.run().weightSum());
  }

  @Test
  void gradient_addsToWhatIsThere() {
    NetworkTrial trial = classifier(4).randomize(5);
    float[] once = trial.run().gradient();
    float[] twice = new float[once.length];
    Network network = trial.bind();
    Pass pass = pass(trial, twice, 4);
    LossSums sums = new LossSums();
    network.gradient(pass, trial.batch(), sums);
    assertArrayEquals(once, twice);
    double lossSum = sums.lossSum();
    network.gradient(pass, trial.batch(), sums);
    for (int i = 0; i < once.length; i++) {
      assertEquals(2 * once[i], twice[i], 1e-5 * Math.max(1, Math.abs(once[i])));
    }
    assertEquals(2 * lossSum, sums.lossSum(), 1e-12);
  }

  @Test
  void loss_alone_equalsThatOfGradient() {
    NetworkTrial trial = classifier(4).randomize(6);
    LossSums sums = new LossSums();
    trial.bind().loss(pass(trial, null, 4), trial.batch(), sums);
    assertEquals(trial.run().lossSum(), sums.lossSum());
    assertEquals(trial.run().weightSum(), sums.weightSum());
  }

  @Test
  void gradient_noRows_leavesEverything() {
    NetworkTrial trial = classifier(2).randomize(7);
    trial.batch().rows(0);
    float[] gradient = new float[trial.weights().length];
    LossSums sums = new LossSums();
    classifier(2).bind().gradient(pass(trial, gradient, 0), trial.batch(), sums);
    assertArrayEquals(new float[gradient.length], gradient);
    assertEquals(0, sums.weightSum());
  }

  @Test
  void forward_rowsThatDisagree_isRejected() {
    NetworkTrial trial = classifier(3);
    Network network = trial.bind();
    assertEquals(
        "pass of 2 rows over a minibatch of 3; expected as many, at most 3",
        assertThrows(
                IllegalArgumentException.class,
                () -> network.forward(pass(trial, null, 2), trial.batch()))
            .getMessage());
  }

  @Test
  void loss_boundWithoutLosses_isRejected() {
    NetworkTrial trial = classifier(3);
    Network network = trial.spec().bind(trial.schema(), List.of(), 3, Numerics.PORTABLE.gemm());
    assertThrows(
        IllegalStateException.class,
        () -> network.loss(pass(trial, null, 3), trial.batch(), new LossSums()));
  }

  @Test
  void inputGradient_notAskedFor_isRejectedAndCostsNothing() {
    NetworkTrial trial = classifier(3);
    Network network =
        trial.spec().bind(trial.schema(), List.of(CROSS_ENTROPY), 3, Numerics.PORTABLE.gemm());
    assertThrows(IllegalStateException.class, () -> network.inputGradient(0));
    assertTrue(network.workspaceFloats() <= trial.bind().workspaceFloats());
  }

  @Test
  void output_ofAView_isItsSource() {
    NetworkSpec spec =
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(3))),
            List.of(
                new NodeSpec("dense", dense(4, TANH), List.of("x")),
                new NodeSpec("square", new Reshape(Shape.of(2, 2)), List.of("dense"))),
            List.of("square", "dense"));
    Network network = NetworkTrial.ofNetwork(spec, 2).bind();
    assertSame(network.output(1), network.output(0));
    assertEquals(Shape.of(2, 2), network.outputShape(0));
  }

  @Test
  void gradient_forgettingWhatWasThere_sameBitsAsFromZeros() {
    Dense dense = dense(3, TANH);
    NetworkSpec spec =
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(3))),
            List.of(
                new NodeSpec("own", dense, List.of("x")),
                new NodeSpec("shared", dense, List.of("own")),
                new NodeSpec("again", dense, List.of("shared"), Optional.of("shared"), true),
                new NodeSpec("norm", new BatchNorm(0.1f, 1e-5f, true), List.of("again")),
                new NodeSpec("frozen", dense, List.of("norm"), Optional.empty(), false)),
            List.of("frozen"));
    NetworkTrial trial = NetworkTrial.ofNetwork(spec, 6).randomize(4);
    Network network = trial.bind();
    float[] fromZeros = new float[trial.weights().length];
    network.gradient(pass(trial, fromZeros, 6), trial.batch(), new LossSums());
    float[] forgotten = new float[trial.weights().length];
    Arrays.fill(forgotten, Float.NaN);
    Pass pass = pass(trial, forgotten, 6);
    pass.forgetsGradient(true);
    network.gradient(pass, trial.batch(), new LossSums());

    assertArrayEquals(fromZeros, forgotten);
  }

  @Test
  void gradient_atSteadyState_allocatesNothing() throws IOException, InterruptedException {
    OwnJvm.run(NetworkTest.class, "checkAllocations");
  }

  static void checkAllocations() {
    for (Activation activation :
        List.of(new Activation.Relu(), new Activation.Tanh(), new Activation.Gelu())) {
      assertEquals(0, settledBytes(activation), activation.toString());
    }
  }

  private static long settledBytes(Activation activation) {
    NetworkTrial trial = classifier(16, activation, activation).randomize(8);
    Network network = trial.bind();
    Pass pass = pass(trial, new float[trial.weights().length], 16);
    LossSums sums = new LossSums();
    return SettledAllocation.bytes(
        0,
        20,
        () -> {
          network.gradient(pass, trial.batch(), sums);
          network.loss(pass, trial.batch(), sums);
        });
  }

  private static NetworkTrial classifier(int rows) {
    return classifier(rows, TANH, new Activation.Gelu());
  }

  private static NetworkTrial classifier(int rows, Activation first, Activation second) {
    NetworkSpec spec =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(3, 7)),
            List.of(
                new Flatten(),
                dense(33, first),
                new Dropout(0.25f),
                dense(18, second),
                dense(4, new Activation.Identity())));
    List<Field> targets = List.of(NetworkTrial.classIndex("label", 4));
    ExampleSchema schema =
        new ExampleSchema(List.of(NetworkTrial.number("x", Shape.of(3, 7))), targets);
    return NetworkTrial.of(spec, List.of(CROSS_ENTROPY), schema, rows);
  }

  private static Pass pass(NetworkTrial trial, float[] gradient, int rows) {
    Pass pass = new Pass();
    pass.arrays(trial.weights(), gradient);
    pass.streams(11, 5, 3);
    pass.rows(rows, 0, true);
    return pass;
  }

  private static Dense dense(int units, Activation activation) {
    return new Dense(
        units, activation, new Initializer.GlorotUniform(), new Initializer.Zeros(), true);
  }
}
