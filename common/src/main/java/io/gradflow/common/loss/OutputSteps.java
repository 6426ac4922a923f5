package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import java.util.List;

/**
 * How losses and metrics read an output: as a whole, or step by step, each step a row of its own
 * with its part of the target.
 *
 * <p>Step by step are read: masked sequences [T, ...]; outputs against a class per step (target
 * [T], or any shape that the output begins with: a class per pixel); and probabilities against
 * targets of more than one axis, along all but the last. An output is read as a whole where the
 * loss says so ({@link LossSpec#perStep()}).
 *
 * @param count steps of an example, 1 if it is read as a whole
 * @param output the shape of one step
 * @param target the target of one step
 */
public record OutputSteps(int count, Shape output, Field target) {
  /**
   * @param masked whether the output carries a mask
   * @throws IllegalArgumentException if the target does not have the output's steps, or the loss
   *     takes an example as a whole and knows no masks
   */
  public static OutputSteps of(LossSpec loss, Shape output, Field target, boolean masked) {
    if (masked && !loss.perStep() && !loss.readsMask()) {
      throw new IllegalArgumentException(
          "output "
              + output
              + " is masked, and this loss takes an example as a whole; first use the mask up (the"
              + " last step of a recurrent layer, pooling over steps), or make none");
    }
    int axes = loss.perStep() ? axes(loss, output, target, masked) : 0;
    if (axes == 0) {
      return new OutputSteps(1, output, target);
    }
    int known = Math.min(axes, output.rank());
    Shape steps = new Shape(output.dims().subList(0, known));
    Shape step = new Shape(output.dims().subList(known, output.rank()));
    return new OutputSteps(steps.size(), step, stepTarget(output, axes, steps, target));
  }

  private static int axes(LossSpec loss, Shape output, Field target, boolean masked) {
    if (masked) {
      return 1;
    }
    if (target.kind() == Field.Kind.NUMBER) {
      return loss.link() == LossSpec.Link.SOFTMAX ? Math.max(0, output.rank() - 1) : 0;
    }
    return target.width() == 1 && !begins(output, target.shape()) ? 0 : target.shape().rank();
  }

  private static Field stepTarget(Shape output, int axes, Shape steps, Field target) {
    boolean number = target.kind() == Field.Kind.NUMBER;
    int count = steps.size();
    Shape shape = target.shape();
    boolean sameSteps = steps.rank() == axes && begins(shape, steps);
    boolean fits = number ? shape.size() % count == 0 : sameSteps && shape.rank() == axes;
    if (!fits) {
      throw new IllegalArgumentException(
          "output "
              + output
              + " of "
              + count
              + " steps does not match target "
              + Targets.describe(target)
              + "; expected a target for every step, or an output without steps");
    }
    Shape step =
        !number
            ? Shape.of()
            : sameSteps
                ? new Shape(shape.dims().subList(axes, shape.rank()))
                : Shape.of(shape.size() / count);
    return new Field(target.name(), step, target.kind(), target.classes());
  }

  private static boolean begins(Shape shape, Shape start) {
    List<Integer> dims = shape.dims();
    return dims.size() >= start.rank() && dims.subList(0, start.rank()).equals(start.dims());
  }
}
