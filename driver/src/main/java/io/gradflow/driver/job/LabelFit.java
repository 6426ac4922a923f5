package io.gradflow.driver.job;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.LabelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An output and a target that a label may come to, as far as the job file alone tells: where the
 * data decides how many classes or columns there are, any number may.
 */
record LabelFit(Shape output, Field target) {
  // Outputs of losses that compare embeddings, whatever their width.
  private static final List<Shape> EMBEDDINGS = List.of(Shape.of(2, 1), Shape.of(3, 1));

  /** Binds a loss or a metric. */
  interface Binding {
    void bind(LabelFit fit);
  }

  /** Why none of what the label may come to does, in the words for the first; empty if one does. */
  static Optional<String> misfit(LabelSpec label, DataSpec data, Binding binding) {
    String first = null;
    for (LabelFit fit : (Iterable<LabelFit>) of(label, data)::iterator) {
      Optional<String> misfit = misfit(fit, binding);
      if (misfit.isEmpty()) {
        return misfit;
      }
      first = first == null ? misfit.get() : first;
    }
    return Optional.ofNullable(first);
  }

  /** The least that the label may come to. */
  static LabelFit first(LabelSpec label, DataSpec data) {
    return of(label, data).findFirst().orElseThrow();
  }

  /** The least that fits, if any does. */
  static Optional<LabelFit> fitting(LabelSpec label, DataSpec data, Binding binding) {
    return of(label, data).filter(fit -> misfit(fit, binding).isEmpty()).findFirst();
  }

  private static Optional<String> misfit(LabelFit fit, Binding binding) {
    try {
      binding.bind(fit);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** What the loss and the metrics beside it see of it: a step, if they look step by step. */
  OutputSteps seenBy(LossSpec loss) {
    return OutputSteps.of(loss, output, target, false);
  }

  private static Stream<LabelFit> of(LabelSpec label, DataSpec data) {
    return label.targets(data).flatMap(LabelFit::of);
  }

  private static Stream<LabelFit> of(Field target) {
    return Stream.of(predictions(target), unaligned(target), EMBEDDINGS.stream())
        .flatMap(outputs -> outputs)
        .map(output -> new LabelFit(output, target));
  }

  /** Outputs whose steps no label of a sequence belongs to; as many as any target fits into. */
  private static Stream<Shape> unaligned(Field target) {
    return target.kind() == Field.Kind.CLASS && target.shape().rank() == 1
        ? Stream.of(Shape.of(2 * target.width(), target.classes().size()))
        : Stream.of();
  }

  /** Outputs that a target may have: numbers as it has, of classes a number each or one for two. */
  private static Stream<Shape> predictions(Field target) {
    if (target.kind() != Field.Kind.CLASS) {
      return Stream.of(target.shape());
    }
    return Stream.of(target.classes().size(), 1)
        .map(
            last -> {
              List<Integer> dims = new ArrayList<>(target.shape().dims());
              dims.add(last);
              return new Shape(dims);
            });
  }
}
