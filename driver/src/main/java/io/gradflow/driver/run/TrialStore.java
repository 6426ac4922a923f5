package io.gradflow.driver.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The directory that a search leaves behind: {@code search.txt}, what is searched, without secrets;
 * {@code trials/0007.json} as each trial ends; at the end {@code trials.csv}, {@code trials.svg},
 * {@code best.yaml}. A search that finds its own text there goes on after its finished trials.
 */
final class TrialStore {
  static final String TABLE = "trials.csv";
  static final String PLOT = "trials.svg";
  static final String BEST = "best.yaml";
  private static final String SEARCH = "search.txt";
  private static final String TRIALS = "trials";
  private static final int MAX_BYTES = 1 << 24;

  private final Storage storage;

  TrialStore(Storage storage) {
    this.storage = storage;
  }

  /**
   * Takes the directory for a search.
   *
   * @param text all that the trials depend on
   * @return the trials that are finished, by number
   * @throws GradflowException OUTPUT_BLOCKED if something else is there
   */
  Map<Integer, Trial> open(String text) throws IOException {
    Map<Integer, Trial> trials = new TreeMap<>();
    if (!storage.exists(SEARCH)) {
      if (!storage.list("").isEmpty()) {
        throw new GradflowException(
            ExitCode.OUTPUT_BLOCKED,
            "output " + storage.location("") + " is not empty and no search's; choose another");
      }
      write(SEARCH, text);
      return trials;
    }
    if (!read(SEARCH).equals(text)) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "output "
              + storage.location("")
              + " is of another search: its "
              + SEARCH
              + " differs from the space and job given; choose another --output");
    }
    for (String name : storage.list(TRIALS)) {
      if (name.matches("\\d{4,}\\.json")) {
        Trial trial = Trial.of(JsonMapper.builder().build().readTree(read(TRIALS + "/" + name)));
        trials.put(trial.number(), trial);
      }
    }
    return trials;
  }

  void put(Trial trial) throws IOException {
    write(String.format(Locale.ROOT, "%s/%04d.json", TRIALS, trial.number()), trial.toJson());
  }

  void write(String name, String text) throws IOException {
    storage.write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  String location(String name) {
    return storage.location(name);
  }

  private String read(String name) throws IOException {
    return new String(storage.read(name, MAX_BYTES), StandardCharsets.UTF_8);
  }
}
