package io.gradflow.driver.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientProbeTest {
  private static final ParamLayout LAYOUT =
      new ParamLayout(
          List.of(
              new ParamSlice("a/kernel", Shape.of(2, 3), 0, true),
              new ParamSlice("b/bias", Shape.of(3), 6, true),
              new ParamSlice("c/mean", Shape.of(1), 9, false)));
  private static final float[] START = {1, -0.5f, 0.25f, 2, 0.75f, -1, 0.5f, 1, -2, 7};

  @Test
  void run_rightGradient_agreesEverywhereAndSeesIt() {
    List<GradientFinding> findings = findings(-1, 0);
    assertTrue(findings.size() >= 8, findings.toString());
    for (GradientFinding finding : findings) {
      assertTrue(finding.agrees() && finding.seen(), finding.toString());
      assertEquals(finding.analytic(), finding.numeric(), 0.01, finding.toString());
    }
  }

  /** An element whose share of a direction is small is still found, by the directions. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 6, 8})
  void run_oneElementOff_namesItsParameter(int wrong) {
    List<GradientFinding> findings = findings(wrong, 0.2f);
    CheckReport report = new CheckReport(findings, 0, false, List.of("one way"), List.of());
    assertFalse(report.passes(), findings.toString());
    assertEquals(LAYOUT.at(wrong).name(), report.worst().orElseThrow().parameter());
    assertTrue(report.text().contains("check FAILED"), report.text());
  }

  @Test
  void run_elementOffByMuch_namesItsIndexAndBothValues() {
    GradientFinding worst =
        new CheckReport(findings(7, 5), 0, false, List.of("one way"), List.of())
            .worst()
            .orElseThrow();
    assertEquals("b/bias", worst.parameter());
    assertEquals("[1]", worst.where());
    assertEquals(worst.numeric() + 5, worst.analytic(), 0.01);
  }

  @Test
  void difference_oneBit_isNamed() {
    SubtreeSum sum = new SubtreeSum(0, 0, 1, 2, 1, START.clone(), new double[0]);
    StepBits bits = StepBits.of(sum);
    assertEquals(Optional.empty(), bits.difference(sum, LAYOUT));
    float[] other = START.clone();
    other[7] = Math.nextUp(other[7]);
    assertEquals(
        Optional.of("gradient of b/bias[1] is 1.0000001; expected 1.0"),
        bits.difference(sum.withGradient(other), LAYOUT));
  }

  private static List<GradientFinding> findings(int wrong, float by) {
    try (StepRunner runner = new Curve(wrong, by)) {
      return new GradientProbe(runner, LAYOUT, START, 3).run();
    }
  }

  /** Mean loss sum_i (w_i + w_i^3 / 6) / (1 + i), of weight 4; one element may be off. */
  private record Curve(int wrong, float by) implements StepRunner {
    @Override
    public StepSum run(StepId id, Weights weights) {
      float[] w = weights.values();
      float[] gradient = new float[w.length];
      double loss = 0;
      for (int i = 0; i < 9; i++) {
        loss += (w[i] + (double) w[i] * w[i] * w[i] / 6) / (1 + i);
        gradient[i] = 4 * ((1 + w[i] * w[i] / 2) / (1 + i) + (i == wrong ? by : 0));
      }
      SubtreeSum sum = new SubtreeSum(0, 0, 4, 4 * loss, 4, gradient, new double[0]);
      return new StepSum(sum, 1, 0, 0, 0, 0, 0);
    }

    @Override
    public SubtreeSum evaluate(Split split, Weights weights) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> nonFinite(StepId id, Weights weights) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String description() {
      return "a curve";
    }

    @Override
    public void close() {}
  }
}
