package io.gradflow.driver.job;

import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Settings;
import java.util.List;
import java.util.Optional;

/**
 * One of several outputs.
 *
 * @param node the layer whose output it is; the one of the output's name unless given
 * @param target what it is compared with; the one of the output's name, or the only one, unless
 *     given
 * @param loss what is minimized
 * @param weight what multiplies the loss in the sum over outputs
 * @param metrics measured beside the loss; by the target unless given
 */
@Doc("One of several outputs.")
public record OutputEntry(
    @Doc("The layer or node whose output it is; the one of the output's name if left out.")
        Optional<String> node,
    @Doc("The target it is compared with; that of its name, or the only one, if left out.")
        Optional<String> target,
    @Doc("What is minimized.") LossSpec loss,
    @Doc("What multiplies the loss in the sum over outputs, above 0.") @Default("1") float weight,
    @Doc("What is measured beside the loss; chosen by the target if left out.")
        Optional<List<MetricSpec>> metrics) {
  public OutputEntry {
    metrics = metrics.map(List::copyOf);
    Settings.requireAboveZero("weight", weight);
  }
}
