package io.gradflow.driver.optim;

/** The golden files of optimization, for tests of other packages. */
public final class OptimGoldens {
  private static final GoldenFile SCHEDULES = new GoldenFile("schedules.txt");

  private OptimGoldens() {}

  /** A line of {@code schedules.txt}. */
  public static double[] schedule(String name) {
    return SCHEDULES.rows(name).get(0);
  }
}
