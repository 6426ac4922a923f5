package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import java.util.List;

/**
 * One input or target of an encoded example.
 *
 * @param name unique within the schema
 * @param shape of one example; {@code []} for a single number or a class index, {@code [T]} for a
 *     sequence of tokens or a class per step
 * @param kind what its floats mean
 * @param classes the class labels in index order, as text; the vocabulary of tokens, index 0 being
 *     padding, if it is known; empty for numbers
 */
public record Field(String name, Shape shape, Kind kind, List<String> classes) {
  /** What a field's floats mean. */
  public enum Kind {
    /** Numbers as they are. */
    NUMBER,
    /** Class indices, exact as floats up to 2^24: one, or one for every step or place. */
    CLASS,
    /** Token indices, exact as floats up to 2^24; 0 is padding. */
    TOKENS
  }

  public Field {
    classes = List.copyOf(classes);
    if (kind == Kind.CLASS && (classes.isEmpty() || classes.size() > 1 << 24)) {
      throw new IllegalArgumentException(
          "class field " + name + " has " + classes.size() + " classes; expected 1 to 2^24");
    }
    if (classes.size() > 1 << 24) {
      throw new IllegalArgumentException(
          "token field " + name + " has " + classes.size() + " tokens; expected at most 2^24");
    }
    if (kind == Kind.NUMBER && !classes.isEmpty()) {
      throw new IllegalArgumentException("number field " + name + " has classes");
    }
  }

  /** The same field under another name. */
  public Field named(String other) {
    return new Field(other, shape, kind, classes);
  }

  /** Floats an example. */
  public int width() {
    return shape.size();
  }
}
