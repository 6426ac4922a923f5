package io.gradflow.driver.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the rows of one source.
 *
 * @param source what messages call it
 * @param read all of them
 * @param used those that are in a split
 * @param unused good ones that the way of splitting leaves out
 * @param refused those that cannot be used
 * @param reasons why, values aside, and how many
 * @param samples the first refused ones, in the order of the files
 */
public record SourceRows(
    String source,
    long read,
    long used,
    long unused,
    long refused,
    Map<String, Long> reasons,
    List<RejectedRow> samples) {
  public SourceRows {
    reasons = new TreeMap<>(reasons);
    samples = List.copyOf(samples);
  }

  /** For JSON, samples aside. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("source", source);
    map.put("read", read);
    map.put("used", used);
    map.put("unused", unused);
    map.put("refused", refused);
    map.put("reasons", reasons);
    return map;
  }
}
