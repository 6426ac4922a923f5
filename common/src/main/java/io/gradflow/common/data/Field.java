package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import java.util.List;

/**
 * One input or target of an encoded example.
 *
 * @param name unique within the schema
 * @param shape of one example; {@code []} for a single number or a class index
 * @param kind what its floats mean
 * @param classes the class labels in index order, as text; empty unless kind is CLASS
 */
public record Field(String name, Shape shape, Kind kind, List<String> classes) {
  /** What a field's floats mean. */
  public enum Kind {
    /** Numbers as they are. */
    NUMBER,
    /** One class index, exact as a float up to 2^24. */
    CLASS
  }

  public Field {
    classes = List.copyOf(classes);
    if (kind == Kind.CLASS && shape.size() != 1) {
      throw new IllegalArgumentException(
          "class field " + name + " has shape " + shape + "; expected one index");
    }
    if (kind == Kind.CLASS && (classes.isEmpty() || classes.size() > 1 << 24)) {
      throw new IllegalArgumentException(
          "class field " + name + " has " + classes.size() + " classes; expected 1 to 2^24");
    }
    if (kind == Kind.NUMBER && !classes.isEmpty()) {
      throw new IllegalArgumentException("number field " + name + " has classes");
    }
  }

  /** Floats an example. */
  public int width() {
    return shape.size();
  }
}
