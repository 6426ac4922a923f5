package io.gradflow.driver.optim;

/** What a transform may know of the step. Owned by the optimizer, refilled each step. */
public final class StepContext {
  private long step;
  private double learningRate;
  private float[] weights;

  void set(long step, double learningRate, float[] weights) {
    this.step = step;
    this.learningRate = learningRate;
    this.weights = weights;
  }

  /** Steps taken before this one: 0 in the first. */
  public long step() {
    return step;
  }

  /** The scheduled learning rate of this step. */
  public double learningRate() {
    return learningRate;
  }

  /** The flat weights that the step starts from, read only; valid while the step begins. */
  public float[] weights() {
    return weights;
  }
}
