package io.gradflow.common.spec;

/**
 * One thing wrong with a document.
 *
 * @param at where
 * @param path the value's place in the document, e.g. {@code model.layers[2].dense.units}; empty
 *     for the whole
 * @param message what is wrong: expected, received, remedy
 */
public record Fault(Location at, String path, String message) {
  @Override
  public String toString() {
    return path.isEmpty() ? at + ": " + message : at + ": " + path + ": " + message;
  }
}
