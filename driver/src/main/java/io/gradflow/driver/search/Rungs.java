package io.gradflow.driver.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The scores that trials have had at each rung. With several trials at once, which of them come to
 * a rung first depends on timing, and so may what is given up. Safe for several threads.
 */
public final class Rungs {
  private final RungSpec spec;
  private final Map<String, List<Double>> scores = new TreeMap<>();

  public Rungs(RungSpec spec) {
    this.spec = spec;
  }

  /**
   * Whether a trial goes on after an epoch.
   *
   * @param trial its number, which says its bracket
   * @param epoch from 1
   * @param score the smaller the better
   */
  public synchronized boolean goesOn(int trial, int epoch, double score) {
    int bracket = trial % spec.brackets();
    long rung = spec.minEpochs();
    for (int i = 0; i < bracket; i++) {
      rung *= spec.factor();
    }
    while (rung < epoch) {
      rung *= spec.factor();
    }
    if (rung != epoch) {
      return true;
    }
    List<Double> here = scores.computeIfAbsent(bracket + " " + epoch, key -> new ArrayList<>());
    here.add(score);
    long better = here.stream().filter(each -> each < score).count();
    return !Double.isNaN(score) && better < Math.max(1, here.size() / spec.factor());
  }
}
