package io.gradflow.driver.job;

import io.gradflow.common.spec.Doc;
import io.gradflow.driver.data.HoldoutSpec;
import java.util.Optional;

/**
 * Cross-validation: k trainings, each validated on another one of k parts of the rows.
 *
 * @param count k, at least 2
 * @param stratify a column of which every fold has the same proportions
 * @param group a column of whose values each is in one fold as a whole
 */
@Doc("Cross-validation: as many trainings, each validated on another part of the rows.")
public record FoldsSpec(
    @Doc("How many parts.") int count,
    @Doc("A column of which every part has the same proportions.") Optional<String> stratify,
    @Doc("A column of whose values each is in one part as a whole.") Optional<String> group) {
  public FoldsSpec {
    HoldoutSpec.fold(1, count, stratify, group);
  }

  /**
   * The rows that one of the trainings is validated on.
   *
   * @param fold from 1
   */
  public HoldoutSpec holdout(int fold) {
    return HoldoutSpec.fold(fold, count, stratify, group);
  }
}
