package io.gradflow.driver.check;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.StepRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of a step's mean loss against central differences of that loss, for every trainable
 * parameter: along the gradient, along a random direction, at the largest and at random elements.
 *
 * <p>Derivatives are {@link CentralDifference}s. The network computes in float32, so no single h
 * does: a large one meets curvature and kinks, a small one rounding. What rounding does to the loss
 * is measured, as the spread of the loss when every weight changes by its last bit; divided by h it
 * is what the difference may be off by. Steps from 2^-7 of the parameter's size, then smaller and
 * larger ones, are tried until the two agree within 1 % plus twice that; a wrong gradient agrees at
 * none. Where rounding hides more than a quarter of the derivative the finding says that it was not
 * seen.
 *
 * <p>Random layers draw by step and row, so dropout stays on: every evaluation draws the same.
 */
public final class GradientProbe {
  private static final double[] STEPS = {0x1p-7, 0x1p-10, 0x1p-4, 0x1p-13};
  private static final double RELATIVE = 0.01;
  private static final int LARGEST = 2;
  private static final int RANDOM = 2;
  private static final StepId STEP = new StepId(0, 0, 0);

  private final StepRunner runner;
  private final ParamLayout layout;
  private final float[] weights;
  private final float[] moved;
  private final long key;
  private final float[] gradient;
  private final double noise;
  private long version;

  /**
   * @param runner runs the step; closed by the caller
   * @param weights where to take the gradient, read only
   * @param seed of the random directions and elements
   */
  public GradientProbe(StepRunner runner, ParamLayout layout, float[] weights, long seed) {
    this.runner = runner;
    this.layout = layout;
    this.weights = weights.clone();
    this.moved = weights.clone();
    this.key = CounterRng.key(seed, CounterRng.Purpose.NOISE, "check");
    SubtreeSum sum = step();
    this.gradient = new float[layout.size()];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) (sum.gradientSum()[i] / sum.weightSum());
    }
    this.noise = noise(sum.lossSum() / sum.weightSum());
  }

  /** What rounding does to the mean loss. */
  public double noise() {
    return noise;
  }

  /** All findings, parameter by parameter. */
  public List<GradientFinding> run() {
    List<GradientFinding> findings = new ArrayList<>();
    for (ParamSlice slice : layout.slices()) {
      if (slice.trainable()) {
        directions(slice, findings);
        for (int element : elements(slice)) {
          findings.add(element(slice, element));
        }
      }
    }
    return findings;
  }

  private void directions(ParamSlice slice, List<GradientFinding> findings) {
    int n = slice.size();
    double norm = Math.sqrt(squares(gradient, slice));
    double size = Math.sqrt(n) * scale(slice);
    double[] direction = new double[n];
    if (norm > 0) {
      for (int i = 0; i < n; i++) {
        direction[i] = gradient[slice.offset() + i] / norm;
      }
      findings.add(finding(slice, "along the gradient", direction, 0, size, norm));
    }
    double analytic = 0;
    for (int i = 0; i < n; i++) {
      boolean up = CounterRng.uniform(key, slice.offset() + i) < 0.5f;
      direction[i] = (up ? 1 : -1) / Math.sqrt(n);
      analytic += direction[i] * gradient[slice.offset() + i];
    }
    findings.add(finding(slice, "along random signs", direction, 0, size, analytic));
  }

  private GradientFinding element(ParamSlice slice, int element) {
    double[] direction = {1};
    double analytic = gradient[slice.offset() + element];
    return finding(slice, "[" + element + "]", direction, element, 8 * scale(slice), analytic);
  }

  /** The largest elements of the gradient, and some at random. */
  private int[] elements(ParamSlice slice) {
    int n = slice.size();
    boolean[] chosen = new boolean[n];
    for (int k = 0; k < Math.min(LARGEST, n); k++) {
      int best = -1;
      for (int i = 0; i < n; i++) {
        boolean larger =
            best < 0
                || Math.abs(gradient[slice.offset() + i])
                    > Math.abs(gradient[slice.offset() + best]);
        best = !chosen[i] && larger ? i : best;
      }
      chosen[best] = true;
    }
    for (int k = 0; k < RANDOM; k++) {
      chosen[(int) (n * CounterRng.uniformDouble(key + 1, slice.offset() + k))] = true;
    }
    int[] elements = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (chosen[i]) {
        elements[count++] = i;
      }
    }
    return Arrays.copyOf(elements, count);
  }

  /**
   * @param direction unit vector over the elements from {@code first} on
   * @param size what steps are parts of
   */
  private GradientFinding finding(
      ParamSlice slice, String where, double[] direction, int first, double size, double analytic) {
    double floor = 1e-3 * Math.sqrt(squares(gradient, slice) / slice.size());
    GradientFinding best = null;
    for (double part : STEPS) {
      double h = part * size;
      double numeric = CentralDifference.of(by -> slope(slice.offset() + first, direction, by), h);
      double hidden = 2 * noise / h;
      double larger = Math.max(floor, Math.max(Math.abs(analytic), Math.abs(numeric)));
      GradientFinding finding =
          new GradientFinding(
              slice.name(),
              where,
              analytic,
              numeric,
              RELATIVE * larger + hidden + Double.MIN_NORMAL,
              hidden <= larger / 4);
      boolean better =
          best == null
              || (finding.seen() && !best.seen())
              || (finding.seen() == best.seen() && finding.excess() < best.excess());
      best = better ? finding : best;
      if (best.agrees() && best.seen()) {
        break;
      }
    }
    return best;
  }

  /** (f(w + h d) - f(w - h d)) / 2h. */
  private double slope(int offset, double[] direction, double h) {
    double above = lossAt(offset, direction, h);
    double below = lossAt(offset, direction, -h);
    System.arraycopy(weights, offset, moved, offset, direction.length);
    return (above - below) / (2 * h);
  }

  private double lossAt(int offset, double[] direction, double h) {
    for (int i = 0; i < direction.length; i++) {
      moved[offset + i] = (float) (weights[offset + i] + h * direction[i]);
    }
    return meanLoss();
  }

  /** The spread of the loss over weights that differ in their last bit. */
  private double noise(double loss) {
    double largest = Math.abs(loss) * 0x1p-24;
    for (int trial = 0; trial < 4; trial++) {
      for (int i = 0; i < moved.length; i++) {
        boolean up = CounterRng.uniform(key + 2 + trial, i) < 0.5f;
        moved[i] = up ? Math.nextUp(weights[i]) : weights[i];
      }
      largest = Math.max(largest, Math.abs(meanLoss() - loss));
    }
    System.arraycopy(weights, 0, moved, 0, moved.length);
    return largest;
  }

  private double meanLoss() {
    SubtreeSum sum = step();
    return sum.lossSum() / sum.weightSum();
  }

  private SubtreeSum step() {
    return runner.run(STEP, new Weights(version++, moved)).sum();
  }

  /** The root mean square of the parameter's weights, at least 0.01. */
  private double scale(ParamSlice slice) {
    return Math.max(0.01, Math.sqrt(squares(weights, slice) / slice.size()));
  }

  private static double squares(float[] values, ParamSlice slice) {
    double sum = 0;
    for (int i = slice.offset(); i < slice.end(); i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }
}
