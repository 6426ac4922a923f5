package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.RawGroup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What features have to say of their columns. */
final class Columns {
  private Columns() {}

  /** Columns of a spec, of which there must be some. */
  static List<String> some(List<String> columns) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns is empty");
    }
    return List.copyOf(columns);
  }

  /**
   * The one column that a feature reads.
   *
   * @param what the feature, for messages
   */
  static List<String> one(String what, List<String> found) {
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "%s has one column, not %d: %s".formatted(what, found.size(), found));
    }
    return found;
  }

  /** A number each column. */
  static RawGroup numbers(List<String> found, Optional<Shape> shape) {
    if (shape.isPresent() && shape.get().size() != found.size()) {
      throw new IllegalArgumentException(
          "shape %s needs %d columns, found %d"
              .formatted(shape.get(), shape.get().size(), found.size()));
    }
    return new RawGroup(found, RawGroup.Content.NUMBER, found.size());
  }

  static Optional<Shape> shape(Optional<Shape> given, OptionalInt columns) {
    return given.isPresent() || columns.isEmpty()
        ? given
        : Optional.of(Shape.of(columns.getAsInt()));
  }
}
