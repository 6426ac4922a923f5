package io.gradflow.driver.search;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** Places at random (Bergstra and Bengio 2012). */
@Kind("random")
@Doc("Values at random.")
public record RandomSearch(@Default("20") @Doc("How many trials.") int trials)
    implements SearchSpec {
  public RandomSearch {
    Counts.atLeast("random trials", trials, 1);
  }

  @Override
  public int trials(Space space) {
    return trials;
  }

  @Override
  public double[] place(int number, Space space, List<Scored> earlier, long seed) {
    return at(number, space.size(), seed);
  }

  static double[] at(int number, int size, long seed) {
    long key = CounterRng.key(seed, CounterRng.Purpose.SEARCH, number, 0, 0);
    double[] place = new double[size];
    for (int i = 0; i < size; i++) {
      place[i] = CounterRng.uniformDouble(key, i);
    }
    return place;
  }
}
