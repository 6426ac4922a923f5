package io.gradflow.driver.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.train.PlateauState;
import io.gradflow.driver.train.RunningSums;
import io.gradflow.driver.train.StoppingState;
import io.gradflow.driver.train.TrainingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** {@code state.json}: the counters and sums of a {@link TrainingState}, all but its arrays. */
final class StateJson {
  /** The name of the file. */
  static final String NAME = "state.json";

  /** Metric sums are some numbers a class; this is room for a million. */
  static final int MAX_BYTES = 1 << 26;

  private static final int VERSION = 1;

  private StateJson() {}

  static String write(TrainingState state) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("version", VERSION);
    values.put("step", state.step());
    values.put("epoch", state.epoch());
    values.put("stepInEpoch", state.stepInEpoch());
    values.put("rollbacks", state.rollbacks());
    values.put("skipsInARow", state.skipsInARow());
    values.put("seconds", Double.toString(state.seconds()));
    values.put("learningRateFactor", Double.toString(state.learningRateFactor()));
    values.put("epochSums", sums(state.epochSums()));
    state.lastTrain().ifPresent(sums -> values.put("lastTrain", sums(sums)));
    state.lastValidation().ifPresent(sums -> values.put("lastValidation", sums(sums)));
    StoppingState stopping = state.stopping();
    Map<String, Object> stops = new LinkedHashMap<>();
    stops.put("best", Double.toString(stopping.best()));
    stops.put("bestEpoch", stopping.bestEpoch());
    stops.put("waited", stopping.waited());
    stopping.bestValidation().ifPresent(sums -> stops.put("bestValidation", sums(sums)));
    values.put("stopping", stops);
    Map<String, Object> plateau = new LinkedHashMap<>();
    plateau.put("best", Double.toString(state.plateau().best()));
    plateau.put("waited", state.plateau().waited());
    plateau.put("cooling", state.plateau().cooling());
    plateau.put("factor", Double.toString(state.plateau().factor()));
    plateau.put("loweredAfter", state.plateau().loweredAfter());
    values.put("plateau", plateau);
    return Json.indented(values);
  }

  private static Map<String, Object> sums(RunningSums sums) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("rows", sums.rows());
    values.put("weightSum", Double.toString(sums.weightSum()));
    values.put("lossSum", Double.toString(sums.lossSum()));
    values.put("metricSums", Arrays.stream(sums.metricSums()).mapToObj(Double::toString).toList());
    return values;
  }

  /**
   * @param where the file, for messages
   * @param weights the state's arrays, read before
   * @throws GradflowException BAD_DATA if a value is missing or is not what it should be
   */
  static TrainingState read(
      byte[] json,
      String where,
      float[] weights,
      SortedMap<String, float[]> optimizer,
      Optional<float[]> bestWeights) {
    try {
      JsonNode root = JsonMapper.builder().build().readTree(json);
      if (integer(root, "version") != VERSION) {
        throw new IllegalArgumentException(
            "format version " + root.path("version") + "; this build reads " + VERSION);
      }
      JsonNode stops = root.path("stopping");
      StoppingState stopping =
          new StoppingState(
              number(stops.path("best"), "stopping.best"),
              (int) integer(stops, "bestEpoch"),
              (int) integer(stops, "waited"),
              optionalSums(stops, "bestValidation"),
              bestWeights);
      return new TrainingState(
          integer(root, "step"),
          (int) integer(root, "epoch"),
          (int) integer(root, "stepInEpoch"),
          number(root.path("learningRateFactor"), "learningRateFactor"),
          (int) integer(root, "rollbacks"),
          (int) integer(root, "skipsInARow"),
          seconds(root),
          sums(root.path("epochSums"), "epochSums"),
          optionalSums(root, "lastTrain"),
          optionalSums(root, "lastValidation"),
          stopping,
          plateau(root.path("plateau")),
          weights,
          optimizer);
    } catch (JsonProcessingException e) {
      throw new GradflowException(
          ExitCode.BAD_DATA, where + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (java.io.IOException | IllegalArgumentException e) {
      throw new GradflowException(ExitCode.BAD_DATA, where + ": " + e.getMessage(), e);
    }
  }

  /** Absent in checkpoints of runs that kept no time. */
  private static double seconds(JsonNode root) {
    return root.has("seconds") ? number(root.path("seconds"), "seconds") : 0;
  }

  /** Absent in checkpoints of runs that knew no plateaus. */
  private static PlateauState plateau(JsonNode node) {
    List<Integer> loweredAfter = new ArrayList<>();
    node.path("loweredAfter").forEach(epoch -> loweredAfter.add(epoch.asInt()));
    return node.isMissingNode()
        ? PlateauState.START
        : new PlateauState(
            number(node.path("best"), "plateau.best"),
            (int) integer(node, "waited"),
            (int) integer(node, "cooling"),
            number(node.path("factor"), "plateau.factor"),
            loweredAfter);
  }

  private static Optional<RunningSums> optionalSums(JsonNode parent, String name) {
    return parent.has(name) ? Optional.of(sums(parent.path(name), name)) : Optional.empty();
  }

  private static RunningSums sums(JsonNode node, String name) {
    JsonNode list = node.path("metricSums");
    double[] metricSums = new double[list.size()];
    for (int i = 0; i < metricSums.length; i++) {
      metricSums[i] = number(list.path(i), name + ".metricSums[" + i + "]");
    }
    return new RunningSums(
        integer(node, "rows"),
        number(node.path("weightSum"), name + ".weightSum"),
        number(node.path("lossSum"), name + ".lossSum"),
        metricSums);
  }

  private static long integer(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isIntegralNumber() || node.asLong() < 0) {
      throw new IllegalArgumentException(name + " is " + node + "; expected a whole number");
    }
    return node.asLong();
  }

  private static double number(JsonNode node, String name) {
    if (!node.isTextual()) {
      throw new IllegalArgumentException(name + " is " + node + "; expected a number as text");
    }
    return Double.parseDouble(node.asText());
  }
}
