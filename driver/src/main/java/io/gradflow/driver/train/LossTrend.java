package io.gradflow.driver.train;

/**
 * Says when a step's loss leaps out of its recent range: above m + k max(d, m / 20), where m is the
 * exponential mean of the losses and d that of |loss - m|, both over about 50 steps. Says so once,
 * until the loss is back in range. Only watches: nothing depends on it.
 */
final class LossTrend {
  private static final double KEPT = 0.98;
  private static final int WARM_UP_STEPS = 50;
  private static final double LEAST_DEVIATION = 1.0 / 20;

  private final double factor;
  private int steps;
  private double mean;
  private double deviation;
  private boolean out;

  /**
   * @param factor k; 0 never says anything
   */
  LossTrend(double factor) {
    this.factor = factor;
  }

  /** Takes note of a step's mean loss; true if it leaps. */
  boolean leaps(double loss) {
    double bound = mean + factor * Math.max(deviation, Math.abs(mean) * LEAST_DEVIATION);
    boolean above = factor > 0 && steps >= WARM_UP_STEPS && loss > bound;
    boolean leaps = above && !out;
    out = above;
    // A leap counts no more than its bound, or it would hide the next.
    double seen = above ? bound : loss;
    steps++;
    double kept = Math.min(KEPT, 1 - 1.0 / steps);
    deviation = kept * deviation + (1 - kept) * Math.abs(seen - mean);
    mean = kept * mean + (1 - kept) * seen;
    return leaps;
  }

  /** The exponential mean of the losses so far. */
  double mean() {
    return mean;
  }
}
