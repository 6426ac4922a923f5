package io.gradflow.driver.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.search.SearchSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One trial of a search, finished.
 *
 * @param number 0 for the job as it is
 * @param place where in the search space; empty for the job as it is
 * @param values of the job's keys
 * @param byEpoch the metric after each epoch
 * @param status {@code completed}, {@code givenUp} or {@code failed}
 * @param problem why it failed; empty otherwise
 * @param seconds wall clock
 */
@SuppressWarnings("ArrayRecordComponent") // Written to a file, never compared.
public record Trial(
    int number,
    double[] place,
    Map<String, String> values,
    List<Double> byEpoch,
    String status,
    String problem,
    double seconds) {
  static final String FAILED = "failed";

  public Trial {
    values = new TreeMap<>(values);
    byEpoch = List.copyOf(byEpoch);
  }

  /** Its best epoch, the smaller the better; infinite if it failed. */
  double score(boolean smallerIsBetter) {
    double best = Double.POSITIVE_INFINITY;
    for (double value : byEpoch) {
      double score = smallerIsBetter ? value : -value;
      best = score < best ? score : best;
    }
    return status.equals(FAILED) ? Double.POSITIVE_INFINITY : best;
  }

  SearchSpec.Scored scored(boolean smallerIsBetter) {
    return new SearchSpec.Scored(place, score(smallerIsBetter));
  }

  String toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", number);
    json.put("status", status);
    json.put("problem", problem);
    json.put("values", values);
    json.put("byEpoch", byEpoch.stream().map(Object::toString).toList());
    json.put("place", Arrays.stream(place).mapToObj(Double::toString).toList());
    json.put("seconds", seconds);
    return Json.indented(json);
  }

  static Trial of(JsonNode json) {
    Map<String, String> values = new TreeMap<>();
    json.path("values")
        .properties()
        .forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
    List<Double> byEpoch = new ArrayList<>();
    json.path("byEpoch").forEach(each -> byEpoch.add(Double.parseDouble(each.asText())));
    double[] place = new double[json.path("place").size()];
    for (int i = 0; i < place.length; i++) {
      place[i] = Double.parseDouble(json.path("place").path(i).asText());
    }
    return new Trial(
        json.path("number").asInt(),
        place,
        values,
        byEpoch,
        json.path("status").asText(),
        json.path("problem").asText(),
        json.path("seconds").asDouble());
  }
}
