package io.gradflow.driver.health;

import java.util.List;

/**
 * How a step looked.
 *
 * @param step steps of the run, this one included; 0 before the first
 * @param layers those with trainable parameters, in the order of the network; none before the first
 *     step
 * @param activities what layers put out for the sampled rows; empty if none were sampled
 * @param firstToLast the first layer's gradient norm over the last's; NaN with one layer
 * @param findings what is wrong
 */
public record HealthReport(
    long step,
    List<LayerHealth> layers,
    List<LayerActivity> activities,
    double firstToLast,
    List<Finding> findings) {
  public HealthReport {
    layers = List.copyOf(layers);
    activities = List.copyOf(activities);
    findings = List.copyOf(findings);
  }
}
