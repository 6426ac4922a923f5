package io.gradflow.driver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.DelegatingSteps;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FiniteCheckTest {
  private static final int SIZE = 205;
  private static final ParamLayout LAYOUT =
      new ParamLayout(
          List.of(
              new ParamSlice("a", Shape.of(SIZE), 0, true),
              new ParamSlice("b", Shape.of(SIZE), SIZE, true)));
  private static final StepId ELEVENTH = new StepId(10, 0, 10);

  private final float[] values = new float[2 * SIZE];

  /** Tasks that find every micro-shard finite. */
  private static final class Finite extends DelegatingSteps {
    Finite() {
      super(null);
    }

    @Override
    public Optional<String> nonFinite(StepId id, Weights weights) {
      return Optional.empty();
    }
  }

  private FiniteCheck check() {
    return new FiniteCheck(LAYOUT, new Finite());
  }

  private Optional<String> ofStep(double lossSum) {
    SubtreeSum sum = new SubtreeSum(0, 0, 1, lossSum, 1, values, new double[0]);
    return check().ofStep(ELEVENTH, sum, new Weights(1, new float[2 * SIZE]));
  }

  @Test
  void ofWeights_several_namesTheFirst() {
    Weights weights = new Weights(1, values);
    assertEquals(Optional.empty(), check().ofWeights(4, weights));
    values[2 * SIZE - 1] = Float.NaN;
    values[SIZE] = Float.POSITIVE_INFINITY;
    assertEquals(
        Optional.of("step 4: b is not finite after the update"), check().ofWeights(4, weights));
    values[SIZE - 1] = Float.NEGATIVE_INFINITY;
    assertEquals(
        Optional.of("step 4: a is not finite after the update"), check().ofWeights(4, weights));
  }

  @Test
  void ofStep_gradientsThatOverflowTogether_namesTheParameter() {
    assertEquals(Optional.empty(), ofStep(3));
    values[SIZE + 64] = Float.POSITIVE_INFINITY;
    assertEquals(
        Optional.of(
            "step 11: the sum of the gradients of b overflows,"
                + " though every micro-shard's is finite"),
        ofStep(3));
  }

  @Test
  void ofStep_lossThatIsNot_saysSo() {
    assertEquals(Optional.of("step 11: the sum of losses is Infinity"), ofStep(1d / 0));
  }
}
