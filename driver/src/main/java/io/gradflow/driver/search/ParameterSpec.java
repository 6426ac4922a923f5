package io.gradflow.driver.search;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The values that a key of the job may take, laid out along [0, 1). */
@OneOf({
  ParameterSpec.Values.class,
  ParameterSpec.Uniform.class,
  ParameterSpec.Log.class,
  ParameterSpec.Whole.class
})
public sealed interface ParameterSpec {
  /**
   * The value at a place, as a job file writes it.
   *
   * @param u in [0, 1)
   */
  String at(double u);

  /**
   * Places of a grid over the values, each value once.
   *
   * @param points of a continuous range
   */
  default List<Double> grid(int points) {
    List<Double> places = new ArrayList<>();
    LinkedHashSet<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < points; i++) {
      double u = points == 1 ? 0.5 : i == points - 1 ? Math.nextDown(1.0) : i / (points - 1.0);
      if (seen.add(at(u))) {
        places.add(u);
      }
    }
    return places;
  }

  /** One of some values. */
  @Kind("values")
  @Doc("One of some values.")
  record Values(@Doc("The values, as the job file would have them.") List<String> values)
      implements ParameterSpec {
    public Values {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("values: none; expected at least one");
      }
    }

    @Override
    public String at(double u) {
      return values.get((int) (u * values.size()));
    }

    @Override
    public List<Double> grid(int points) {
      List<Double> places = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        places.add((i + 0.5) / values.size());
      }
      return places;
    }
  }

  /** A number between two, all equally likely. */
  @Kind("uniform")
  @Doc("A number between two.")
  record Uniform(@Doc("The least.") double from, @Doc("The largest.") double to)
      implements ParameterSpec {
    public Uniform {
      Ranges.require("uniform", from, to, Double.NEGATIVE_INFINITY);
    }

    @Override
    public String at(double u) {
      return Ranges.text(from + u * (to - from));
    }
  }

  /** A number between two, its logarithm equally likely anywhere. */
  @Kind("log")
  @Doc("A positive number between two, evenly by its logarithm.")
  record Log(@Doc("The least, above 0.") double from, @Doc("The largest.") double to)
      implements ParameterSpec {
    public Log {
      Ranges.require("log", from, to, 0);
    }

    @Override
    public String at(double u) {
      return Ranges.text(from * StrictMath.pow(to / from, u));
    }
  }

  /** A whole number between two, both included. */
  @Kind("whole")
  @Doc("A whole number between two, both included.")
  record Whole(
      @Doc("The least.") long from,
      @Doc("The largest.") long to,
      @Doc("Whether evenly by the logarithm.") @Default("false") boolean log)
      implements ParameterSpec {
    public Whole {
      Ranges.require("whole", (double) from, (double) to, log ? 0 : Double.NEGATIVE_INFINITY);
    }

    @Override
    public String at(double u) {
      if (!log) {
        return Long.toString(Math.min(to, from + (long) (u * (to - from + 1.0))));
      }
      double value = (from - 0.5) * StrictMath.pow((to + 0.5) / (from - 0.5), u);
      return Long.toString(Math.max(from, Math.min(to, Math.round(value))));
    }
  }
}
