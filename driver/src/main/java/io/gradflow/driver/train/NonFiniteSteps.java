package io.gradflow.driver.train;

import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.StepId;
import io.gradflow.driver.train.TrainingNotice.Kind;
import java.util.Optional;

/** Fails, skips or rolls back, as the settings say, when a step's numbers are not finite. */
final class NonFiniteSteps {
  private final OnNonFinite policy;
  private final FiniteCheck finite;
  private final StateKeeper keeper;
  private final Audience audience;
  private final RunPosition at;

  NonFiniteSteps(
      OnNonFinite policy,
      FiniteCheck finite,
      StateKeeper keeper,
      Audience audience,
      RunPosition at) {
    this.policy = policy;
    this.finite = finite;
    this.keeper = keeper;
    this.audience = audience;
    this.at = at;
  }

  /**
   * Deals with a step whose sums are not finite.
   *
   * @param culprit what is not, and where
   */
  void handle(String culprit, StepId id) {
    // Weights that are not finite already would spoil every step to come.
    Optional<String> broken = finite.ofWeights(id.step(), at.weights);
    if (policy instanceof OnNonFinite.SkipStep skip && broken.isEmpty()) {
      at.skipsInARow++;
      if (at.skipsInARow > skip.inARow()) {
        throw diverged(culprit + "; " + skip.inARow() + " steps before it were skipped", at.step);
      }
      at.step++;
      at.stepInEpoch++;
      audience.notice(at.step, Kind.STEP_SKIPPED, culprit + "; the step is skipped");
    } else if (policy instanceof OnNonFinite.Rollback rollback) {
      rollBack(culprit, id, rollback);
    } else {
      throw diverged(broken.orElse(culprit), id.step());
    }
  }

  private void rollBack(String culprit, StepId id, OnNonFinite.Rollback rollback) {
    if (at.rollbacks >= rollback.times()) {
      throw diverged(culprit + ", after " + at.rollbacks + " rollbacks", id.step());
    }
    TrainingState back =
        keeper
            .goBack()
            .orElseThrow(
                () -> diverged(culprit + "; there is no checkpoint to go back to", id.step()));
    int count = at.rollbacks + 1;
    double factor = at.learningRateFactor() * rollback.learningRateFactor();
    at.install(back);
    at.rollbacks = count;
    at.learningRateFactor(factor);
    audience.notice(
        at.step,
        Kind.ROLLED_BACK,
        culprit + "; back to step " + at.step + ", with the learning rate times " + factor);
  }

  /** The error of a run whose numbers are not finite. */
  GradflowException diverged(String what, long atStep) {
    return FiniteCheck.diverged(what, at.learningRate(atStep));
  }
}
