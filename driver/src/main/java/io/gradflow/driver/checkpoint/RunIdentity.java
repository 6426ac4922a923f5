package io.gradflow.driver.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the bits of a run's weights depend on, as text by key: the job's values but for those that
 * change no bit, the data's fingerprint, micro-shards. Two runs with equal identities pass through
 * equal states.
 *
 * @param facts e.g. {@code train.batchSize} to {@code 64}
 */
public record RunIdentity(SortedMap<String, String> facts) {
  private static final String ABSENT = "(none)";

  public RunIdentity {
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
  }

  /**
   * The identity that nested plain values spell out: maps and lists become dotted keys.
   *
   * @param values maps, lists, text, numbers, truth values
   * @param without keys left out, with all below them, e.g. {@code train.tasks}
   */
  public static SortedMap<String, String> flatten(Map<String, ?> values, List<String> without) {
    SortedMap<String, String> facts = new TreeMap<>();
    flatten("", values, without, facts);
    return facts;
  }

  private static void flatten(
      String path, Object value, List<String> without, SortedMap<String, String> facts) {
    if (without.contains(path)) {
      return;
    }
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, each) ->
              flatten(path.isEmpty() ? (String) key : path + "." + key, each, without, facts));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(path + "[" + i + "]", list.get(i), without, facts);
      }
    } else {
      facts.put(path, String.valueOf(value));
    }
  }

  /**
   * What a run of this identity would do otherwise than one of another: {@code train.epochs: 10 in
   * the checkpoint, 20 now}, a line each.
   *
   * @param now the run that is about to go on
   */
  public List<String> differences(RunIdentity now) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> keys = new TreeSet<>(facts.keySet());
    keys.addAll(now.facts.keySet());
    for (String key : keys) {
      String before = facts.getOrDefault(key, ABSENT);
      String after = now.facts.getOrDefault(key, ABSENT);
      if (!before.equals(after)) {
        differences.add(key + ": " + before + " in the checkpoint, " + after + " now");
      }
    }
    return differences;
  }
}
