package io.gradflow.driver.search;

import io.gradflow.common.array.CounterRng;
import java.util.stream.DoubleStream;

/**
 * A density on [0, 1): normals of one width around points, and a uniform with a share of its own,
 * the same for few points and for many: the quotient of two densities is 1 where neither has
 * points.
 */
final class Parzen {
  private static final double UNIFORM = 0.05;
  private static final double WIDEST = 0.2;

  private final double[] points;
  private final double width;

  Parzen(DoubleStream points) {
    this.points = points.toArray();
    this.width = WIDEST / Math.sqrt(this.points.length);
  }

  /** Draw number c of a stream: a component at random, then a value of it, back within [0, 1). */
  double draw(long key, int c) {
    double component = CounterRng.uniformDouble(key, 4L * c);
    if (component < UNIFORM) {
      return CounterRng.uniformDouble(key, 4L * c + 1);
    }
    double point = points[(int) ((component - UNIFORM) / (1 - UNIFORM) * points.length)];
    return within(point + width * CounterRng.gaussian(key, 2L * c + 1));
  }

  double density(double x) {
    double sum = 0;
    for (double point : points) {
      double z = (x - point) / width;
      sum += StrictMath.exp(-z * z / 2) / (width * Math.sqrt(2 * Math.PI));
    }
    return UNIFORM + (1 - UNIFORM) * sum / points.length;
  }

  /** A place outside of [0, 1) is turned back at the end it has left by. */
  static double within(double x) {
    double turned = Math.abs(x) % 2;
    turned = turned > 1 ? 2 - turned : turned;
    return Math.min(turned, Math.nextDown(1.0));
  }
}
