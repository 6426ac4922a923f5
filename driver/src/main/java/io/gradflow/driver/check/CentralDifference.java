package io.gradflow.driver.check;

/**
 * A derivative by central differences of fourth order: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h,
 * off by h^4 f'''''/ 30.
 */
public final class CentralDifference {
  /** The mean slope of a function around a point. */
  public interface Slope {
    /** (f(h) - f(-h)) / 2h. */
    double over(double h);
  }

  private CentralDifference() {}

  /** The derivative at the point. */
  public static double of(Slope slope, double h) {
    return (4 * slope.over(h) - slope.over(2 * h)) / 3;
  }
}
