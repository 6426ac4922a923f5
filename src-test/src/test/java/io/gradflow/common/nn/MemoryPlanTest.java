package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.WorkspacePlan;
import io.gradflow.common.loss.Objectives;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.InnerProduct;
import io.gradflow.testkit.NetworkTrial;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory that is shared and activations that are computed again change no bit. */
class MemoryPlanTest {
  private static final int ROWS = 5;

  @Test
  void gradient_recomputedBlocks_sameBitsAsWithout() {
    for (long seed = 1; seed < 4; seed++) {
      NetworkTrial.Outcome kept = trial(false).randomize(seed).run();
      GradientCheck.assertSameBits(kept, trial(true).randomize(seed).run());
    }
    // Normalization bends the loss: a smaller step than usual.
    new GradientCheck(0x1p-7, 2e-4).gradients(trial(true).randomize(4));
  }

  /** The plan with memory shared against one where every buffer has its own. */
  @Test
  void gradient_inSharedMemory_sameBitsAsApart() {
    for (boolean recompute : new boolean[] {false, true}) {
      NetworkTrial trial = NetworkTrial.ofNetwork(spec(recompute), ROWS).randomize(7);
      NetworkTrial.Outcome shared = trial.run();
      assertTrue(floats(trial.spec(), ROWS) < apart(trial).workspaceFloats());
      GradientCheck.assertSameBits(shared, trial.run(apart(trial)));
    }
  }

  private static Network apart(NetworkTrial trial) {
    return new NetworkBinder(
            Graph.of(trial.spec().inputs(), trial.spec().nodes(), trial.spec().outputs()),
            trial.schema(),
            Objectives.of(List.of(new InnerProduct()), trial.schema().targets()),
            new WorkspacePlan(ROWS, false),
            new WeightPacks(Numerics.PORTABLE.gemm()),
            true)
        .bind();
  }

  @Test
  void workspaceFloats_deepChain_growsByActivationsAloneAndShrinksByRecomputing() {
    int width = 64;
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      layers.add(dense(width));
    }
    NetworkSpec chain = sequential(width, layers);
    // Twelve activations, the output's target gradient, and one more that it is turned into.
    assertEquals(ROWS * width * (12.0 + 2), (double) floats(chain, ROWS), 16.0 * 20);

    List<LayerSpec> blocks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      blocks.add(new Block(List.of(dense(width), dense(width), dense(width)), true));
    }
    // Four outputs of blocks, two activations within one, two gradients.
    double inBlocks = (double) floats(sequential(width, blocks), ROWS);
    assertEquals(ROWS * width * (4.0 + 2 + 2), inBlocks, 16.0 * 20);
  }

  @Test
  void wholeMicroShardLayers_batchNormWithinABlock_namesTheBlock() {
    NetworkSpec spec =
        sequential(
            4, List.of(dense(4), new Block(List.of(new BatchNorm(0.1f, 0.1f, true)), false)));
    assertEquals(List.of("block_1"), spec.wholeMicroShardLayers());
  }

  private static NetworkTrial trial(boolean recompute) {
    return NetworkTrial.ofNetwork(spec(recompute), ROWS);
  }

  /** Residuals, dropout, batch normalization and a shared value, within blocks and without. */
  private static NetworkSpec spec(boolean recompute) {
    BatchNorm norm = new BatchNorm(0.1f, 0.1f, true);
    List<LayerSpec> inner =
        List.of(
            dense(6), norm, new Dropout(0.3f), new Residual(List.of(dense(6)), List.of(), false));
    return sequential(
        4,
        List.of(
            dense(6),
            new Block(inner, recompute),
            new Residual(inner, List.of(dense(6)), recompute),
            new Block(List.of(dense(5), new Flatten()), recompute),
            dense(3)));
  }

  private static NetworkSpec sequential(int width, List<LayerSpec> layers) {
    return NetworkSpec.sequential(new InputSpec("x", Shape.of(width)), layers);
  }

  private static long floats(NetworkSpec spec, int rows) {
    NetworkTrial trial = NetworkTrial.ofNetwork(spec, rows);
    return spec.workspaceFloats(
        trial.schema(),
        Objectives.of(List.of(new InnerProduct()), trial.schema().targets()),
        rows,
        Numerics.PORTABLE.gemm());
  }

  private static Dense dense(int units) {
    Initializer zeros = new Initializer.Zeros();
    return new Dense(units, new Activation.Tanh(), zeros, zeros, true);
  }
}
