package io.gradflow.driver.search;

import java.util.ArrayList;
import java.util.List;

/**
 * The learning rate range test (Smith 2017): losses of a short run whose learning rate rises by the
 * same factor every step.
 *
 * <p>The losses are smoothed by an exponential mean of 0.9, corrected for its start. The curve ends
 * where the smoothed loss is above four times its least value. Suggested is the rate where it falls
 * most steeply over the logarithm of the rate, between the first tenth and the least value.
 */
public final class RateRange {
  private static final double KEPT = 0.9;
  private static final double DIVERGED = 4;

  private final List<Double> rates = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();
  private double mean;
  private double least = Double.POSITIVE_INFINITY;
  private boolean over;

  /** Takes a step's mean loss; false once the loss has left for good. */
  public boolean add(double rate, double loss) {
    if (over) {
      return false;
    }
    mean = KEPT * mean + (1 - KEPT) * loss;
    double smooth = mean / (1 - StrictMath.pow(KEPT, losses.size() + 1.0));
    over = !Double.isFinite(smooth) || (losses.size() > 10 && smooth > DIVERGED * least);
    if (!over) {
      rates.add(rate);
      losses.add(smooth);
      least = Math.min(least, smooth);
    }
    return !over;
  }

  public List<Double> rates() {
    return List.copyOf(rates);
  }

  /** The smoothed losses. */
  public List<Double> losses() {
    return List.copyOf(losses);
  }

  /**
   * The rate to start from.
   *
   * @throws IllegalStateException with fewer than ten steps: the loss left at once
   */
  public double suggested() {
    int count = losses.size();
    if (count < 10) {
      throw new IllegalStateException(
          "only " + count + " steps before the loss left: start from a lower rate");
    }
    int lowest = losses.indexOf(least);
    int best = Math.max(1, lowest / 2);
    double steepest = 0;
    for (int i = Math.max(2, count / 10); i < Math.max(3, lowest) && i < count - 2; i++) {
      double slope = losses.get(i + 2) - losses.get(i - 2);
      if (slope < steepest) {
        steepest = slope;
        best = i;
      }
    }
    return rates.get(best);
  }
}
