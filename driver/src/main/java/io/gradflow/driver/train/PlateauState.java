package io.gradflow.driver.train;

/**
 * Where lowering the learning rate on plateaus stands.
 *
 * @param best value of the watched metric; NaN before any
 * @param waited epochs without a better one that count
 * @param cooling epochs that will not count
 * @param factor what the scheduled learning rate is multiplied by; 1 at first
 */
public record PlateauState(double best, int waited, int cooling, double factor) {
  /** Before the first epoch. */
  public static final PlateauState START = new PlateauState(Double.NaN, 0, 0, 1);
}
