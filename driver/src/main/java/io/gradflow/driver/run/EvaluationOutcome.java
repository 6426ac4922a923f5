package io.gradflow.driver.run;

import io.gradflow.driver.data.RejectedRow;
import io.gradflow.driver.profile.Drift;
import io.gradflow.driver.train.Evaluation;
import java.util.List;

/**
 * What an evaluation of a saved model found.
 *
 * @param rejected rows that could not be used
 * @param samples the first of them
 * @param drift of the rows' columns from the rows of training, where it is notable
 */
public record EvaluationOutcome(
    Evaluation evaluation, long rejected, List<RejectedRow> samples, List<Drift> drift) {
  public EvaluationOutcome {
    samples = List.copyOf(samples);
    drift = List.copyOf(drift);
  }
}
