package io.gradflow.driver.job;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.driver.data.LabelSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An output and a target that a label may come to, as far as the job file alone tells: where the
 * data decides how many classes or columns there are, any number may.
 */
record LabelFit(Shape output, Field target) {
  // The most classes or columns that are tried.
  private static final int MOST = 1024;

  /** Binds a loss or a metric. */
  interface Binding {
    void bind(LabelFit fit);
  }

  /** Why none of what the label may come to does, in the words for the first; empty if one does. */
  static Optional<String> misfit(LabelSpec label, Binding binding) {
    String first = null;
    for (LabelFit fit : (Iterable<LabelFit>) of(label)::iterator) {
      try {
        binding.bind(fit);
        return Optional.empty();
      } catch (IllegalArgumentException e) {
        first = first == null ? String.valueOf(e.getMessage()) : first;
      }
    }
    return Optional.ofNullable(first);
  }

  /** The least that the label may come to. */
  static LabelFit first(LabelSpec label) {
    return of(label).findFirst().orElseThrow();
  }

  private static Stream<LabelFit> of(LabelSpec label) {
    if (label.as() == LabelSpec.As.NUMBER) {
      boolean known = label.column().stream().noneMatch(FeatureShapes::isGlob);
      int columns = label.column().size();
      return IntStream.rangeClosed(known ? columns : 1, known ? columns : MOST)
          .mapToObj(width -> new LabelFit(Shape.of(width), number(width)));
    }
    int known = label.classes().size();
    return IntStream.rangeClosed(known > 0 ? known : 2, known > 0 ? known : MOST)
        .boxed()
        .flatMap(
            count ->
                Stream.of(Shape.of(count), Shape.of(1))
                    .map(output -> new LabelFit(output, classes(count))));
  }

  private static Field number(int width) {
    return new Field("label", Shape.of(width), Field.Kind.NUMBER, List.of());
  }

  private static Field classes(int count) {
    List<String> labels = IntStream.range(0, count).mapToObj(Integer::toString).toList();
    return new Field("label", Shape.of(), Field.Kind.CLASS, labels);
  }
}
