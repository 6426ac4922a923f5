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

  /**
   * The number of classes of a target that is a class index, where there is one output a class, or
   * one for two classes.
   *
   * @throws IllegalArgumentException if output and target are not that
   */
  static int requireClass(Shape output, Field target) {
    boolean indexed = target.kind() == Field.Kind.CLASS;
    int classes = target.classes().size();
    boolean fits = output.size() == 1 ? classes == 2 : output.size() == classes;
    if (!indexed || output.rank() > 1 || !fits) {
      throw new IllegalArgumentException(
          "output "
              + output
              + " does not match target "
              + describe(target)
              + "; expected "
              + (indexed ? "output [" + classes + "]" : "a class target")
              + (indexed && classes != 2 ? "" : ", or output [1] and 2 classes"));
    }
    return classes;
  }

  /**
   * @throws IllegalArgumentException unless the target is one of two classes or one number
   */
  static void requireYesOrNo(Field target) {
    boolean fits =
        target.kind() == Field.Kind.CLASS ? target.classes().size() == 2 : target.width() == 1;
    if (!fits) {
      throw new IllegalArgumentException(
          "target "
              + describe(target)
              + "; expected one of 2 classes, or one number that is 0 or 1");
    }
  }

  /**
   * @throws IllegalArgumentException unless the output is [count, width]
   */
  static void requireEmbeddings(Shape output, int count) {
    if (output.rank() != 2 || output.dim(0) != count) {
      throw new IllegalArgumentException(
          "output "
              + output
              + "; expected ["
              + count
              + ", width]: "
              + count
              + " embeddings, concatenated and reshaped");
    }
  }

  /** The count {@code target}, checked. */
  static float count(float target, int row) {
    if (!(target >= 0 && target < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "row " + row + ": target " + target + "; expected a finite count of at least 0");
    }
    return target;
  }

  /** The class index {@code label}, checked. */
  static int classIndex(float label, int row, int classes) {
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
