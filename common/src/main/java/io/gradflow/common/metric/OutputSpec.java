package io.gradflow.common.metric;

import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.Objective;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;

/**
 * An output of a network: what it is called, trained for and measured by.
 *
 * @param name unique; its results are {@code NAME.accuracy} and the like where there are several
 * @param target name of the field that it is compared with
 * @param loss of the output against the target
 * @param weight what multiplies the loss in the sum over outputs, above 0
 * @param metrics measured beside the loss
 */
public record OutputSpec(
    @Doc("Its name.") String name,
    @Doc("The target that it is compared with.") String target,
    @Doc("What is minimized.") LossSpec loss,
    @Doc("What multiplies the loss in the sum over outputs.") @Default("1") float weight,
    @Doc("What is measured beside the loss.") @Default("[]") List<MetricSpec> metrics) {
  public OutputSpec {
    metrics = List.copyOf(metrics);
    new Objective(loss, target, weight);
  }

  /** The only output of a network, which has the target's name. */
  public static OutputSpec only(String target, LossSpec loss, List<MetricSpec> metrics) {
    return new OutputSpec(target, target, loss, 1, metrics);
  }

  /** What it is trained for. */
  public Objective objective() {
    return new Objective(loss, target, weight);
  }

  /** The same with other metrics. */
  public OutputSpec measuredBy(List<MetricSpec> others) {
    return new OutputSpec(name, target, loss, weight, others);
  }

  /** What all outputs are trained for. */
  public static Objectives objectives(List<OutputSpec> outputs) {
    List<Objective> objectives = new ArrayList<>();
    outputs.forEach(output -> objectives.add(output.objective()));
    return new Objectives(objectives);
  }
}
