package io.gradflow.driver.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.checkpoint.Checkpoint;
import io.gradflow.driver.checkpoint.CheckpointStore;
import io.gradflow.driver.report.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the members of a population have done, below a search's directory: {@code
 * population/0002/0003.json}, written when member 2 has trained round 3, and a checkpoint of it
 * until the next round is over.
 */
final class PopulationStore {
  private static final String DIRECTORY = "population";
  private static final int MAX_BYTES = 1 << 24;

  private final Storage storage;

  PopulationStore(Storage search) {
    this.storage = search.below(DIRECTORY);
  }

  /**
   * A member's round.
   *
   * @param byEpoch the metric after each of its epochs; NaN if it diverged
   * @param problem why it diverged; empty otherwise
   * @param trained whether it has left a state: it has not where its job ends before the round
   * @param seconds wall clock
   */
  record Round(List<Double> byEpoch, String problem, boolean trained, double seconds) {
    Round {
      byEpoch = List.copyOf(byEpoch);
    }
  }

  /** A member's round, if it is over. */
  Optional<Round> round(int member, int round) throws IOException {
    String name = name(member, round) + ".json";
    if (!storage.exists(name)) {
      return Optional.empty();
    }
    JsonNode json = JsonMapper.builder().build().readTree(storage.read(name, MAX_BYTES));
    List<Double> byEpoch = new ArrayList<>();
    json.path("byEpoch").forEach(each -> byEpoch.add(Double.parseDouble(each.asText())));
    return Optional.of(
        new Round(
            byEpoch,
            json.path("problem").asText(),
            json.path("trained").asBoolean(),
            json.path("seconds").asDouble()));
  }

  /** Says that a member's round is over; after its state is kept. */
  void put(int member, int round, Round how) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("byEpoch", how.byEpoch().stream().map(Object::toString).toList());
    json.put("problem", how.problem());
    json.put("trained", how.trained());
    json.put("seconds", how.seconds());
    byte[] text = Json.indented(json).getBytes(StandardCharsets.UTF_8);
    storage.write(name(member, round) + ".json", out -> out.write(text));
  }

  /** Where the state is kept that a member has after a round. */
  CheckpointStore states(int member, int round) {
    return new CheckpointStore(storage.below(name(member, round)));
  }

  /** The state that a member has after a round. */
  Checkpoint state(int member, int round) throws IOException {
    CheckpointStore states = states(member, round);
    List<String> names = states.names();
    if (names.isEmpty()) {
      throw new IllegalStateException(states.location("") + " has no checkpoint");
    }
    Checkpoint checkpoint = states.open(names.get(0));
    checkpoint.verify();
    return checkpoint;
  }

  /** Deletes the state of a round that nobody goes on from. */
  void forget(int member, int round) throws IOException {
    storage.delete(name(member, round));
  }

  private static String name(int member, int round) {
    return String.format(Locale.ROOT, "%04d/%04d", member + 1, round + 1);
  }
}
