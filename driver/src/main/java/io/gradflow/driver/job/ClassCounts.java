package io.gradflow.driver.job;

import io.gradflow.common.data.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What {@code classes} stands for in each layer: in the node of an output the classes of that
 * output's target, in any other node those of the only target that has classes.
 */
final class ClassCounts {
  private final Map<String, Integer> byNode = new HashMap<>();
  private final Map<String, Integer> byTarget = new TreeMap<>();

  /**
   * @param fields targets by name
   */
  ClassCounts(List<JobOutput> outputs, Map<String, Field> fields) {
    fields.forEach(
        (name, field) -> {
          if (!field.classes().isEmpty()) {
            byTarget.put(name, field.classes().size());
          }
        });
    for (JobOutput output : outputs) {
      Integer count = byTarget.get(output.target());
      if (count != null && output.node().isPresent()) {
        byNode.put(output.node().get(), count);
      }
    }
  }

  /** The number for a node, if there is one. */
  OptionalInt of(String node) {
    if (byNode.containsKey(node)) {
      return OptionalInt.of(byNode.get(node));
    }
    return byTarget.size() == 1
        ? OptionalInt.of(byTarget.values().iterator().next())
        : OptionalInt.empty();
  }

  /** Why a node has no number. */
  String missing() {
    return byTarget.isEmpty()
        ? "classes stands for the number of the label's classes, but the label is numbers; write a"
            + " number"
        : "classes could be those of the targets "
            + byTarget.keySet()
            + "; it stands for those of an output's own target in the node of that output: write a"
            + " number";
  }
}
