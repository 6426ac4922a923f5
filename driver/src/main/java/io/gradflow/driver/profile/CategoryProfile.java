package io.gradflow.driver.profile;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Categories of a column.
 *
 * @param many whether there are too many to count each
 * @param counts of each category; empty if there are too many
 * @param buckets counts by the categories' hash
 */
@Doc("Categories of a column.")
public record CategoryProfile(
    @Default("false") boolean many, @Default("{}") Map<String, Long> counts, List<Long> buckets) {
  public CategoryProfile {
    counts = new TreeMap<>(counts);
    buckets = List.copyOf(buckets);
  }

  /** The most frequent categories first; equally frequent ones by name. */
  public List<Map.Entry<String, Long>> frequent(int most) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .toList();
  }
}
