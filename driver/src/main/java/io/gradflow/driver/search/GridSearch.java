package io.gradflow.driver.search;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** Every combination of values, the last parameter's changing fastest. */
@Kind("grid")
@Doc("Every combination of values.")
public record GridSearch(@Default("3") @Doc("Values of each continuous range.") int points)
    implements SearchSpec {
  public GridSearch {
    Counts.atLeast("grid points", points, 1);
  }

  @Override
  public int trials(Space space) {
    int trials = 1;
    for (ParameterSpec parameter : space.inOrder()) {
      trials = Math.multiplyExact(trials, parameter.grid(points).size());
    }
    return trials;
  }

  @Override
  public double[] place(int number, Space space, List<Scored> earlier, long seed) {
    List<ParameterSpec> parameters = space.inOrder();
    double[] place = new double[parameters.size()];
    int rest = number;
    for (int i = place.length - 1; i >= 0; i--) {
      List<Double> grid = parameters.get(i).grid(points);
      place[i] = grid.get(rest % grid.size());
      rest /= grid.size();
    }
    return place;
  }
}
