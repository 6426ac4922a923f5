package io.gradflow.driver.search;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The parameters of a search in the order of their names.
 *
 * @param parameters by the key of the job, as {@code --set} has it
 */
public record Space(SortedMap<String, ParameterSpec> parameters) {
  /** How many parameters there are. */
  public int size() {
    return parameters.size();
  }

  /** The values at a place, by key. */
  public Map<String, String> values(double[] place) {
    Map<String, String> values = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<String, ParameterSpec> each : parameters.entrySet()) {
      values.put(each.getKey(), each.getValue().at(place[i++]));
    }
    return values;
  }

  List<ParameterSpec> inOrder() {
    return List.copyOf(parameters.values());
  }
}
