package io.gradflow.common.array;

import java.util.ArrayList;
import java.util.List;

/**
 * When a buffer's content matters, as closed intervals of the moments of a pass.
 *
 * @param intervals at least one
 */
public record Lifetime(List<Interval> intervals) {
  /** A buffer that no other may share memory with. */
  public static final Lifetime ALWAYS = of(0, Integer.MAX_VALUE);

  /**
   * From the moment of the first write to that of the last read.
   *
   * @param from first moment
   * @param to last moment, not before the first
   */
  public record Interval(int from, int to) {
    public Interval {
      if (from > to) {
        throw new IllegalArgumentException("interval from " + from + " to " + to);
      }
    }
  }

  public Lifetime {
    intervals = List.copyOf(intervals);
    if (intervals.isEmpty()) {
      throw new IllegalArgumentException("lifetime without a moment");
    }
  }

  public static Lifetime of(int from, int to) {
    return new Lifetime(List.of(new Interval(from, to)));
  }

  /** This lifetime and another interval. */
  public Lifetime and(int from, int to) {
    List<Interval> all = new ArrayList<>(intervals);
    all.add(new Interval(from, to));
    return new Lifetime(all);
  }

  /** Whether there is a moment in both. */
  public boolean overlaps(Lifetime other) {
    for (Interval a : intervals) {
      for (Interval b : other.intervals) {
        if (a.from <= b.to && b.from <= a.to) {
          return true;
        }
      }
    }
    return false;
  }
}
