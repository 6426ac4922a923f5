package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Arrays;

/**
 * L-BFGS: the step -H g, H the inverse Hessian that the last changes s of the weights and y of the
 * gradient imply (Nocedal and Wright 2006, algorithm 7.4, H0 = (s'y / y'y) I of the newest pair).
 * Both loops need dot products alone, which one pass over the vectors takes (Chen et al. 2014,
 * VL-BFGS). Pairs with s'y at most 1e-10 are left out, as PyTorch does; the first step is -g min(1,
 * 1 / ||g||_1), also as there.
 *
 * <p>Where the slope along the last step d at its end is above {@code overshoot} times what it fell
 * with at its start, the step was too long: the weights go back to its start and on by a shorter
 * one, where the slope's chord has its zero, within 0.1 and 0.5 of the length. So each step takes
 * one gradient, and needs no loss.
 *
 * <p>State: {@code lbfgs/steps} and {@code lbfgs/changes}, the pairs in a ring; {@code
 * lbfgs/weights}, {@code lbfgs/gradient}, {@code lbfgs/direction}, of the last step that counts;
 * {@code lbfgs/line}: pairs, place of the next pair, length of the last step over the learning
 * rate, 0 before the first.
 *
 * @param history pairs at most
 */
public record ScaleByCurvature(int history, double overshoot) implements GradientTransform {
  private static final double LEAST_CURVATURE = 1e-10;

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Curvature(layout.trainableSize(), state);
  }

  private final class Curvature implements Measured {
    private static final int PAIRS = 0;
    private static final int NEXT = 1;
    private static final int LENGTH = 2;

    /** Of a slice: |g|, g'd, d'g before, then for each pair s'g, y'g, then s_i'y_j, y_i'y_j. */
    private static final int FIRST = 3;

    private final int size;
    private final int slots = history + 1;
    private final float[] steps;
    private final float[] changes;
    private final float[] lastWeights;
    private final float[] lastGradient;
    private final float[] direction;
    private final float[] line;
    private final double[] dots = new double[FIRST + 2 * slots + 2 * slots * slots];

    /** What the new direction is made of: g, then s and y by slot. */
    private final double[] byStep = new double[slots];

    private final double[] byChange = new double[slots];
    private final double[] alpha = new double[slots];
    private double byGradient;
    private double learningRate;
    private boolean back;

    Curvature(int size, OptimizerState state) {
      this.size = size;
      // One more than is remembered: the pair that has yet to prove itself.
      int room = Math.multiplyExact(slots, size);
      this.steps = state.zeros("lbfgs/steps", room);
      this.changes = state.zeros("lbfgs/changes", room);
      this.lastWeights = state.zeros("lbfgs/weights", size);
      this.lastGradient = state.zeros("lbfgs/gradient", size);
      this.direction = state.zeros("lbfgs/direction", size);
      this.line = state.zeros("lbfgs/line", 3);
    }

    @Override
    public void begin(StepContext step) {
      learningRate = step.learningRate();
    }

    private int pairs() {
      return (int) line[PAIRS];
    }

    private int candidate() {
      return (int) line[NEXT];
    }

    /** The slot of the pair that is {@code age} older than the newest. */
    private int slot(int age) {
      return Math.floorMod(candidate() - 1 - age, slots);
    }

    @Override
    public int sumCount(Slice slice) {
      return dots.length;
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      Arrays.fill(sums, sumsOffset, sumsOffset + dots.length, 0);
      int from = slice.from();
      int count = slice.to() - from;
      double absolute = 0;
      for (int i = from; i < slice.to(); i++) {
        absolute += Math.abs(updates[i]);
      }
      sums[sumsOffset] = absolute;
      if (line[LENGTH] == 0) {
        return;
      }
      int fresh = candidate() * size;
      for (int i = from; i < slice.to(); i++) {
        steps[fresh + i] = weights[i] - lastWeights[i];
        changes[fresh + i] = updates[i] - lastGradient[i];
      }
      sums[sumsOffset + 1] = Loops.dot(count, updates, from, direction, from);
      sums[sumsOffset + 2] = Loops.dot(count, lastGradient, from, direction, from);
      for (int a = -1; a < pairs(); a++) {
        int i = a < 0 ? candidate() : slot(a);
        int at = sumsOffset + FIRST;
        sums[at + i] = Loops.dot(count, steps, i * size + from, updates, from);
        sums[at + slots + i] = Loops.dot(count, changes, i * size + from, updates, from);
        for (int b = -1; b < pairs(); b++) {
          int j = b < 0 ? candidate() : slot(b);
          int pair = at + 2 * slots + i * slots + j;
          sums[pair] = Loops.dot(count, steps, i * size + from, changes, j * size + from);
          if (b >= a) {
            double product = Loops.dot(count, changes, i * size + from, changes, j * size + from);
            sums[pair + slots * slots] = product;
            sums[at + 2 * slots + slots * slots + j * slots + i] = product;
          }
        }
      }
    }

    private double stepByChange(int i, int j) {
      return dots[FIRST + 2 * slots + i * slots + j];
    }

    private double changeByChange(int i, int j) {
      return dots[FIRST + 2 * slots + slots * slots + i * slots + j];
    }

    @Override
    public void combine(Slices slices, double[] sums) {
      Arrays.fill(dots, 0);
      for (int i = 0; i < slices.count(); i++) {
        for (int k = 0; k < dots.length; k++) {
          dots[k] += sums[i * dots.length + k];
        }
      }
      Arrays.fill(byStep, 0);
      Arrays.fill(byChange, 0);
      byGradient = -1;
      back = false;
      if (line[LENGTH] == 0) {
        line[LENGTH] = (float) Math.min(1, 1 / Math.max(dots[0], Double.MIN_NORMAL));
        return;
      }
      double slope = dots[1];
      double before = dots[2];
      if (before < 0 && slope > -overshoot * before) {
        back = true;
        double zero = before / (before - slope);
        line[LENGTH] *= (float) Math.min(0.5, Math.max(0.1, zero));
        return;
      }
      line[LENGTH] = 1;
      int fresh = candidate();
      if (stepByChange(fresh, fresh) > LEAST_CURVATURE) {
        line[NEXT] = (fresh + 1) % slots;
        line[PAIRS] = Math.min(history, pairs() + 1);
      }
      recur();
    }

    /** The two loops; q and r are held as their coefficients of g, s and y. */
    private void recur() {
      int pairs = pairs();
      for (int age = 0; age < pairs; age++) {
        int i = slot(age);
        double product = -dots[FIRST + i];
        for (int newer = 0; newer < age; newer++) {
          product += byChange[slot(newer)] * stepByChange(i, slot(newer));
        }
        alpha[i] = product / stepByChange(i, i);
        byChange[i] = -alpha[i];
      }
      if (pairs == 0) {
        return;
      }
      int newest = slot(0);
      double scale = stepByChange(newest, newest) / changeByChange(newest, newest);
      byGradient *= scale;
      for (int age = 0; age < pairs; age++) {
        byChange[slot(age)] *= scale;
      }
      for (int age = pairs - 1; age >= 0; age--) {
        int i = slot(age);
        double product = byGradient * dots[FIRST + slots + i];
        for (int other = 0; other < pairs; other++) {
          int j = slot(other);
          product += byChange[j] * changeByChange(i, j) + byStep[j] * stepByChange(j, i);
        }
        byStep[i] = alpha[i] - product / stepByChange(i, i);
      }
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      int from = slice.from();
      int to = slice.to();
      if (back) {
        float length = (float) (line[LENGTH] * learningRate);
        float rate = (float) learningRate;
        for (int i = from; i < to; i++) {
          float way = weights[i] - Math.fma(length, direction[i], lastWeights[i]);
          updates[i] = rate > 0 ? way / rate : 0;
        }
        return;
      }
      for (int i = from; i < to; i++) {
        lastWeights[i] = weights[i];
        lastGradient[i] = updates[i];
        direction[i] = (float) byGradient * updates[i];
      }
      for (int age = pairs() - 1; age >= 0; age--) {
        int slot = slot(age);
        int shift = slot * size;
        float step = (float) byStep[slot];
        float change = (float) byChange[slot];
        for (int i = from; i < to; i++) {
          float sum = Math.fma(step, steps[shift + i], direction[i]);
          direction[i] = Math.fma(change, changes[shift + i], sum);
        }
      }
      for (int i = from; i < to; i++) {
        updates[i] = -line[LENGTH] * direction[i];
      }
    }
  }
}
