package io.gradflow.driver.data;

import io.gradflow.driver.profile.Drift;
import io.gradflow.driver.profile.TableProfile;
import io.gradflow.driver.profile.TableTally;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the data of a job hold.
 *
 * @param sources what became of the rows of each source
 * @param splits the rows of {@code train}, {@code validation}, {@code test}, as far as there are
 *     any
 * @param drift of the held-out splits' columns from those of training, by split
 */
public record DataProfile(
    List<SourceRows> sources, Map<String, TableProfile> splits, Map<String, List<Drift>> drift) {
  /** The split to learn from. */
  public static final String TRAIN = "train";

  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  /** All of them, in the order in which they are told of. */
  static final List<String> SPLITS = List.of(TRAIN, VALIDATION, TEST);

  public DataProfile {
    sources = List.copyOf(sources);
  }

  static DataProfile of(
      List<SourceRows> sources,
      TableTally train,
      Optional<TableTally> validation,
      Optional<TableTally> test) {
    Map<String, TableProfile> splits = new LinkedHashMap<>();
    Map<String, List<Drift>> drift = new LinkedHashMap<>();
    TableProfile reference = train.profile();
    splits.put(TRAIN, reference);
    validation.ifPresent(tally -> splits.put(VALIDATION, tally.profile()));
    validation.ifPresent(tally -> drift.put(VALIDATION, tally.driftFrom(reference)));
    test.ifPresent(tally -> splits.put(TEST, tally.profile()));
    test.ifPresent(tally -> drift.put(TEST, tally.driftFrom(reference)));
    return new DataProfile(sources, splits, drift);
  }

  /** The rows to learn from. */
  public TableProfile train() {
    return splits.get(TRAIN);
  }
}
