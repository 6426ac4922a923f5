package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.driver.reduce.StepReduction;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldSumsTest {
  private final StepReduction reduction =
      new StepReduction(1, 2, 0, spent -> {}, BlockTeam.alone());

  @Test
  void apply_whileTheJobRuns_foldsTheSum() {
    reduction.begin(4, true);
    try (FoldSums fold = new FoldSums(reduction)) {
      fold.apply(0, sums(3f));
    }
    assertEquals(3f, reduction.take().gradientSum()[0]);
  }

  @Test
  void apply_afterTheJobWasGivenUp_leavesTheReductionToTheNext() {
    FoldSums late = new FoldSums(reduction);
    late.close();
    reduction.begin(4, true);
    late.apply(0, sums(3f));
    assertFalse(reduction.isComplete());
    try (FoldSums fold = new FoldSums(reduction)) {
      fold.apply(0, sums(5f));
    }
    assertTrue(reduction.isComplete());
    assertEquals(5f, reduction.take().gradientSum()[0]);
  }

  private static StepSums sums(float gradient) {
    SubtreeSum sum =
        new SubtreeSum(0, 0, 1, 0.5, 1, new float[] {gradient, gradient}, new double[0]);
    return new StepSums(4, 0, 1, List.of(sum), TaskTimings.NONE);
  }
}
