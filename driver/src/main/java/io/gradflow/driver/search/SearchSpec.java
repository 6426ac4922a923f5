package io.gradflow.driver.search;

import io.gradflow.common.spec.OneOf;
import java.util.List;

/** How the next trial's place in the search space is chosen. */
@OneOf({
  GridSearch.class,
  RandomSearch.class,
  SobolSearch.class,
  TpeSearch.class,
  PopulationSearch.class
})
public sealed interface SearchSpec
    permits GridSearch, RandomSearch, SobolSearch, TpeSearch, PopulationSearch {
  /** Trials in all, the job as it is left out. */
  int trials(Space space);

  /**
   * How many trials before it a trial takes no notice of, itself included: so many may run at once.
   * A fixed number, so that what is tried does not depend on how many do.
   */
  default int ahead() {
    return Integer.MAX_VALUE;
  }

  /**
   * Where a trial is, a place in [0, 1) for each parameter.
   *
   * @param number from 0
   * @param earlier the results of the trials that are at least {@link #ahead} before it; the
   *     smaller the score the better
   */
  double[] place(int number, Space space, List<Scored> earlier, long seed);

  /**
   * A trial with its result.
   *
   * @param score the smaller the better; infinite if the trial failed
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Scored(double[] place, double score) {}
}
