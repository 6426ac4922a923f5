package io.gradflow.common.model;

import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.metric.Metric;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.metric.OutputSpec;
import java.util.List;

/** One output of a model, as predictions show it. */
public final class ModelOutput {
  private final OutputSpec spec;
  private final FieldEncoder target;
  private final OutputSteps steps;
  private final int floats;

  ModelOutput(ModelSpec model, int index, OutputSpec spec) {
    this.spec = spec;
    this.target =
        model.preprocessing().targets().stream()
            .filter(field -> field.name().equals(spec.target()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "output " + spec.name() + ": no target " + spec.target()));
    this.steps = model.network().outputSteps(index, spec.loss(), target.field());
    this.floats = model.network().outputShape(index).size();
  }

  /** What it is called. */
  public String name() {
    return spec.name();
  }

  /** What it was trained for and measured by. */
  public OutputSpec spec() {
    return spec;
  }

  /**
   * Binds a metric to it.
   *
   * @throws IllegalArgumentException if they do not fit, saying what was expected and what came
   */
  public Metric bind(MetricSpec metric) {
    return metric.bind(steps, spec.loss().link());
  }

  /** The class labels in index order; empty if it predicts numbers or embeddings. */
  public List<String> classes() {
    return link() == LossSpec.Link.EMBEDDING ? List.of() : target.field().classes();
  }

  /** The columns that its target is read from. */
  public List<String> targetColumns() {
    return target.parts().stream().flatMap(part -> part.raw().columns().stream()).toList();
  }

  /**
   * Numbers that a prediction has: a probability for each class, of every step, or a value for each
   * element of the output.
   */
  public int predictionWidth() {
    return isYesOrNo() ? 2 * floats : floats;
  }

  /** Steps of an example that are read one by one; 1 if it is read as a whole. */
  public int steps() {
    return isUnaligned() ? floats / classes().size() : steps.count();
  }

  /** Whether the labels that it predicts belong to no steps: the loss ctc. */
  public boolean isUnaligned() {
    return link() == LossSpec.Link.CTC;
  }

  /** Columns that predictions of it have. */
  public int columns() {
    if (classes().isEmpty()) {
      return predictionWidth();
    }
    return isUnaligned() ? 1 : steps() > 1 ? 2 : 1 + predictionWidth();
  }

  LossSpec.Link link() {
    return spec.loss().link();
  }

  /** Whether one logit speaks for two classes. */
  boolean isYesOrNo() {
    boolean classLink = link() == LossSpec.Link.SIGMOID || link() == LossSpec.Link.SOFTMAX;
    return classLink && classes().size() == 2 && steps.output().size() == 1;
  }
}
