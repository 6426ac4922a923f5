package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;

/** What losses expect of their targets. */
final class Targets {
  private Targets() {}

  /**
   * @throws IllegalArgumentException unless the target holds one number per output
   */
  static void requireNumbers(Shape output, Field target) {
    if (target.kind() != Field.Kind.NUMBER || target.width() != output.size()) {
      throw new IllegalArgumentException(
          "output "
              + output
              + " does not match target "
              + describe(target)
              + "; expected "
              + output.size()
              + " numbers");
    }
  }

  /** The class index at {@code targets[offset + row]}, checked. */
  static int classIndex(float[] targets, int offset, int row, int classes) {
    float label = targets[offset + row];
    int index = (int) label;
    if (index != label || index < 0 || index >= classes) {
      throw new IllegalArgumentException(
          "row " + row + ": label " + label + "; expected a class index in [0, " + classes + ")");
    }
    return index;
  }

  /** The probability {@code target}, checked. */
  static float probability(float target, int row) {
    if (!(target >= 0 && target <= 1)) {
      throw new IllegalArgumentException(
          "row " + row + ": target " + target + "; expected a probability in [0, 1]");
    }
    return target;
  }

  static String describe(Field target) {
    String name = target.name() + (target.shape().rank() == 0 ? "" : " " + target.shape());
    return switch (target.kind()) {
      case NUMBER -> target.name() + " " + target.shape();
      case CLASS -> name + " (one of " + target.classes().size() + " classes)";
      case TOKENS -> name + " (tokens)";
    };
  }
}
