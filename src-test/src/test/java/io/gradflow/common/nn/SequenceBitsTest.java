package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.Shape;
import io.gradflow.common.loss.LossSums;
import io.gradflow.testkit.ChildJvm;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.OwnJvm;
import io.gradflow.testkit.SettledAllocation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bits from layers along a sequence everywhere, and no garbage. */
class SequenceBitsTest {
  private static final String GOLDEN = "3d0b5a43967d3f09";

  @Test
  void digest_here_isGolden() {
    assertEquals(GOLDEN, SequenceBits.digest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dgradflow.vector=scalar",
        "-Dgradflow.vector=128",
        "-Dgradflow.vector=256",
        "-Dgradflow.vector=512",
        "-Xint"
      })
  void digest_inAnotherJvm_isGolden(String option) throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx256m", option),
            SequenceBits.class.getName());
    assertEquals(0, child.exitCode(), child.stderr());
    assertEquals(GOLDEN, child.stdout());
  }

  @Test
  void gradient_steadyState_allocatesNothing() throws IOException, InterruptedException {
    OwnJvm.run(SequenceBitsTest.class, "checkAllocations");
  }

  static void checkAllocations() {
    for (LayerSpec layer : SequenceBits.layers()) {
      assertEquals(0, settledBytes(layer), SpecLabel.kind(layer));
    }
  }

  /** Bytes that ten passes allocate once compiled. */
  private static long settledBytes(LayerSpec layer) {
    NetworkTrial trial = NetworkTrial.ofLayer(layer, 3, Shape.of(5, 12)).randomize(1);
    Network network = trial.bind();
    Pass pass = new Pass();
    pass.arrays(trial.weights(), new float[trial.weights().length]);
    pass.rows(3, 0, true);
    LossSums sums = new LossSums();
    return SettledAllocation.bytes(0, 10, () -> network.gradient(pass, trial.batch(), sums));
  }
}
