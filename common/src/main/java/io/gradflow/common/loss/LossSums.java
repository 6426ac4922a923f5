package io.gradflow.common.loss;

import java.util.Arrays;

/** The sums a loss adds to, in double, in ascending row order. Owned by one replica. */
public final class LossSums {
  private final double[] outputLossSums;
  private double lossSum;
  private double weightSum;

  /** Sums of a network's whole loss. */
  public LossSums() {
    this(0);
  }

  /**
   * @param outputs of a network whose losses are also summed one by one; 0 for the whole alone
   */
  public LossSums(int outputs) {
    this.outputLossSums = new double[outputs];
  }

  public void reset() {
    lossSum = 0;
    weightSum = 0;
    Arrays.fill(outputLossSums, 0);
  }

  /** Adds one row's weighted loss and its weight. */
  public void add(double weightedLoss, double weight) {
    lossSum += weightedLoss;
    weightSum += weight;
  }

  /** Outputs that have sums of their own. */
  public int outputs() {
    return outputLossSums.length;
  }

  /** Adds one row's loss of one output, with the example's weight but not the output's. */
  public void addOutput(int output, double weightedLoss) {
    outputLossSums[output] += weightedLoss;
  }

  /** sum_i w_i l_i of one output. */
  public double outputLossSum(int output) {
    return outputLossSums[output];
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
