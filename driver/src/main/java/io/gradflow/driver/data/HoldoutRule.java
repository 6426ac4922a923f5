package io.gradflow.driver.data;

import io.gradflow.common.data.RawRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Which rows a holdout takes: in each stratum those whose keys lie between two places.
 *
 * @param split {@link SplitRanks#VALIDATION} or {@link SplitRanks#TEST}
 * @param shares of a stratum's rows before the first place and before the second
 * @param ofRest whether the shares are of the rows that other rules leave
 * @param cuts the two places by stratum; empty until they are found
 */
record HoldoutRule(
    int split,
    HoldoutKey key,
    ArrayList<Double> shares,
    boolean ofRest,
    TreeMap<String, ArrayList<KeyCut>> cuts)
    implements Serializable {

  /** A rule whose places are known. */
  static HoldoutRule fixed(int split, HoldoutKey key, KeyCut end) {
    TreeMap<String, ArrayList<KeyCut>> cuts = new TreeMap<>();
    cuts.put("", new ArrayList<>(List.of(KeyCut.START, end)));
    return new HoldoutRule(split, key, new ArrayList<>(), false, cuts);
  }

  /** A rule whose places have to be found. */
  static HoldoutRule shares(
      int split, HoldoutKey key, double before, double until, boolean ofRest) {
    return new HoldoutRule(
        split, key, new ArrayList<>(List.of(before, until)), ofRest, new TreeMap<>());
  }

  boolean isFound() {
    return !cuts.isEmpty();
  }

  HoldoutRule with(TreeMap<String, ArrayList<KeyCut>> found) {
    return new HoldoutRule(split, key, shares, ofRest, found);
  }

  /** Whether it takes a row, which other rules have left. */
  boolean takes(RawRow row, long contentKey) {
    List<KeyCut> places = cuts.get(key.stratum(row));
    long value = key.key(row, contentKey);
    return places.get(1).isBehind(value) && !places.get(0).isBehind(value);
  }

  /** Whether a row that it does not take looks into the time of those that it takes. */
  boolean reaches(RawRow row, long contentKey) {
    return cuts.get(key.stratum(row)).get(1).isBehind(key.keyUntil(row, contentKey));
  }
}
