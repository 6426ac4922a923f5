package io.gradflow.common.loss;

/** The sums a loss adds to, in double, in ascending row order. Owned by one replica. */
public final class LossSums {
  private double lossSum;
  private double weightSum;

  public void reset() {
    lossSum = 0;
    weightSum = 0;
  }

  /** Adds one row's weighted loss and its weight. */
  public void add(double weightedLoss, double weight) {
    lossSum += weightedLoss;
    weightSum += weight;
  }

  /** sum_i w_i l_i. */
  public double lossSum() {
    return lossSum;
  }

  /** sum_i w_i, what the driver divides by. */
  public double weightSum() {
    return weightSum;
  }
}
