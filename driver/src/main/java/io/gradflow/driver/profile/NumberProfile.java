package io.gradflow.driver.profile;

import io.gradflow.common.spec.Doc;
import java.util.List;

/**
 * Numbers of a column, or lengths of its texts and files.
 *
 * @param count of numbers
 * @param mean of the numbers as float32, exact before the division
 * @param standardDeviation of the population, likewise
 * @param quantiles at 1, 25, 50, 75 and 99 %, within a sixty-fourth
 * @param outliers numbers further than three times the quartiles' distance beyond the quartiles
 * @param edges ascending boundaries of bins that hold about as many values each; none lie below the
 *     first or from the last on
 * @param counts in the bins: below the first edge, between edges, from the last edge on
 */
@Doc("Numbers of a column, or lengths of its texts and files.")
public record NumberProfile(
    long count,
    double min,
    double max,
    double mean,
    double standardDeviation,
    List<Double> quantiles,
    long outliers,
    List<Double> edges,
    List<Long> counts) {
  public NumberProfile {
    quantiles = List.copyOf(quantiles);
    edges = List.copyOf(edges);
    counts = List.copyOf(counts);
    if (counts.size() != edges.size() + 1) {
      throw new IllegalArgumentException(
          counts.size() + " counts; expected one more than the " + edges.size() + " edges");
    }
  }

  public double median() {
    return quantiles.get(2);
  }
}
