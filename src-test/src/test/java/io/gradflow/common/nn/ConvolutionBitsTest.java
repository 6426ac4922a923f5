package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.Shape;
import io.gradflow.common.loss.LossSums;
import io.gradflow.testkit.ChildJvm;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.OwnJvm;
import io.gradflow.testkit.SettledAllocation;
import io.gradflow.testkit.Windowed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolution layers leave the same bits by every kind of code, and nothing on the heap. */
class ConvolutionBitsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dgradflow.vector=scalar",
        "-Dgradflow.vector=128",
        "-Dgradflow.vector=256",
        "-Dgradflow.vector=512"
      })
  void hash_anyWidth_isThatOfThisJvm(String option) throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx512m", option),
            ConvolutionBits.class.getName());
    assertEquals(0, child.exitCode(), child.stderr());
    assertEquals(Integer.toString(ConvolutionBits.hash()), child.stdout());
  }

  @Test
  void gradient_atSteadyState_allocatesNothing() throws IOException, InterruptedException {
    OwnJvm.run(ConvolutionBitsTest.class, "checkAllocation");
  }

  static void checkAllocation() {
    Windowed same = Windowed.kernel(3).padding(new Padding.Same());
    MaxPool2d halves = new MaxPool2d(List.of(2), Optional.empty(), new Padding.Valid());
    NetworkSpec chain =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(12, 12, 1)),
            List.of(
                same.activation(new Activation.Relu()).conv2d(32),
                halves,
                same.conv2d(64),
                same.depthwise(1),
                new GlobalAvgPool()));
    NetworkTrial trial = NetworkTrial.ofNetwork(chain, 4).randomize(3);
    Network network = trial.bind();
    Pass pass = new Pass();
    pass.arrays(trial.weights(), new float[trial.weights().length]);
    pass.rows(4, 0, true);
    LossSums sums = new LossSums();
    long allocated =
        SettledAllocation.bytes(0, 20, () -> network.gradient(pass, trial.batch(), sums));
    assertEquals(0, allocated, "bytes in the last 20 passes");
  }
}
