package io.gradflow.driver.run;

import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.checkpoint.RunIdentity;
import io.gradflow.driver.job.Job;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an earlier run depended on, by the options that this build knows. Options are added with
 * defaults under which nothing changes; a run of a build that lacked one does not name it, and
 * depended on its default.
 */
final class EarlierFacts {
  private EarlierFacts() {}

  /**
   * The facts of an earlier run and, of the job that is about to go on, those options that it has
   * left at their defaults and the run does not name, in parts of the job of which the run names
   * others: a part that is wholly new is a difference.
   */
  static RunIdentity of(RunIdentity run, Job job) {
    SortedMap<String, String> now = JobFacts.of(job);
    SortedMap<String, String> facts = new TreeMap<>(run.facts());
    for (Map.Entry<String, String> fact : now.entrySet()) {
      String key = fact.getKey();
      String part = key.substring(0, key.lastIndexOf('.') + 1);
      SortedMap<String, String> from = run.facts().tailMap(part);
      boolean partKnown = !from.isEmpty() && from.firstKey().startsWith(part);
      if (!run.facts().containsKey(key) && partKnown && isDefault(job, key, now)) {
        facts.put(key, fact.getValue());
      }
    }
    return new RunIdentity(facts);
  }

  /** Whether the job says the same without the key. */
  private static boolean isDefault(Job job, String key, SortedMap<String, String> now) {
    Object tree = SpecWriter.toTree(job);
    if (!remove(tree, List.of(key.split("[.\\[]")))) {
      return false;
    }
    try {
      return JobFacts.of(SpecReader.readJson(SpecWriter.toJson(tree), Job.class)).equals(now);
    } catch (SpecException e) {
      return false; // The key is required.
    }
  }

  /**
   * Takes a value out of nested maps and lists.
   *
   * @param path keys and, in square brackets, indices, e.g. {@code features, 0], resample}
   * @return whether it was there
   */
  private static boolean remove(Object tree, List<String> path) {
    String first = path.get(0);
    if (path.size() == 1) {
      return tree instanceof Map<?, ?> map && map.remove(first) != null;
    }
    Object below =
        tree instanceof Map<?, ?> map
            ? map.get(first)
            : tree instanceof List<?> list && first.matches("\\d{1,9}]")
                ? element(list, Integer.parseInt(first.substring(0, first.length() - 1)))
                : null;
    return remove(below, path.subList(1, path.size()));
  }

  private static Object element(List<?> list, int index) {
    return index < list.size() ? list.get(index) : null;
  }
}
