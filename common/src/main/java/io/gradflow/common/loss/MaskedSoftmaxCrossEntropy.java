package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@link SoftmaxCrossEntropy} of a class for every step that leaves out the steps whose target is
 * the padding, beside those that the output's mask leaves out; so do the metrics on that output.
 * PyTorch's {@code CrossEntropyLoss} with {@code ignore_index}.
 *
 * <p>{@link SoftmaxCrossEntropy} itself honours the output's mask alone: where that is made of the
 * inputs, the step of the last token counts, and its target is the padding behind the end.
 *
 * @param padding the class of steps that do not count
 * @param labelSmoothing e, in [0, 1)
 * @param classWeights c in index order, finite and not negative; empty for all 1
 */
@Kind("maskedSoftmaxCrossEntropy")
@Formula(
    value = "as softmaxCrossEntropy, over the steps whose target is not the padding",
    shapes = "output [T, C], target [T] of class indices")
@Doc("Cross-entropy of a class per step that leaves out steps whose target is padding.")
public record MaskedSoftmaxCrossEntropy(
    @Doc("The class of steps that do not count.") @Default("0") int padding,
    @Doc("Share of the target spread evenly over all classes, in [0, 1).") @Default("0")
        float labelSmoothing,
    @Doc("Weight of each class in index order; empty for equal weights.") @Default("[]")
        List<Float> classWeights)
    implements LossSpec {
  public MaskedSoftmaxCrossEntropy {
    classWeights = List.copyOf(classWeights);
    if (padding < 0) {
      throw new IllegalArgumentException("padding " + padding + "; expected a class index");
    }
    new SoftmaxCrossEntropy(labelSmoothing, classWeights);
  }

  @Override
  public Link link() {
    return Link.SOFTMAX;
  }

  @Override
  public OptionalInt ignoredClass() {
    return OptionalInt.of(padding);
  }

  @Override
  public Loss bind(Shape output, Field target) {
    if (target.kind() != Field.Kind.CLASS || padding >= target.classes().size()) {
      throw new IllegalArgumentException(
          "padding "
              + padding
              + " does not match target "
              + Targets.describe(target)
              + "; expected class indices, the padding one of them");
    }
    return new SoftmaxCrossEntropy(labelSmoothing, classWeights).bind(output, target);
  }
}
