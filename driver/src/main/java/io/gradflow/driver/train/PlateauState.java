package io.gradflow.driver.train;

import java.util.List;

/**
 * Where lowering the learning rate on plateaus stands.
 *
 * @param best value of the watched metric; NaN before any
 * @param waited epochs without a better one that count
 * @param cooling epochs that will not count
 * @param factor what the scheduled learning rate is multiplied by; 1 at first
 * @param loweredAfter the epochs, from 1, after which it was lowered
 */
public record PlateauState(
    double best, int waited, int cooling, double factor, List<Integer> loweredAfter) {
  /** Before the first epoch. */
  public static final PlateauState START = new PlateauState(Double.NaN, 0, 0, 1, List.of());

  public PlateauState {
    loweredAfter = List.copyOf(loweredAfter);
  }
}
