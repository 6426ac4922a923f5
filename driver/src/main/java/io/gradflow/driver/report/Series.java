package io.gradflow.driver.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A curve of a chart: y against x, x ascending. Points whose y is not finite are left out by {@link
 * SvgChart}.
 */
public record Series(String name, List<Point> points) {
  /** A point. */
  public record Point(double x, double y) {}

  public Series {
    points = List.copyOf(points);
  }

  /** At most {@code limit} points: neighbouring points are averaged into buckets of equal size. */
  public Series thinned(int limit) {
    if (points.size() <= limit) {
      return this;
    }
    List<Point> thin = new ArrayList<>();
    for (int bucket = 0; bucket < limit; bucket++) {
      int from = (int) ((long) bucket * points.size() / limit);
      int to = (int) ((long) (bucket + 1) * points.size() / limit);
      double x = 0;
      double y = 0;
      for (Point point : points.subList(from, to)) {
        x += point.x();
        y += point.y();
      }
      thin.add(new Point(x / (to - from), y / (to - from)));
    }
    return new Series(name, thin);
  }
}
