package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Connectionist temporal classification: l = -log p(target | logits), where p sums over every way
 * of saying the target's labels in order, one label or a blank a step, a label going on over
 * several steps, and equal labels in a row apart by a blank; dl/dz_tk = softmax(z_t)_k - (share of
 * those ways that say k at step t). The forward-backward recursion runs in log space, in double.
 *
 * <p>Shapes: output [T, classes], target [S] of class or token indices. Index 0 is the blank, which
 * no target holds: there 0 is the padding behind the labels, which gives the target's length. The
 * steps of an example are those that the output's mask counts, all T without a mask; an example
 * without steps counts nothing. One example is one row for the mean: PyTorch's {@code CTCLoss} with
 * reduction sum, divided by the rows (its mean divides each by its length first).
 *
 * <p>Source: Graves, Fernández, Gomez and Schmidhuber, "Connectionist Temporal Classification",
 * ICML 2006.
 *
 * @param zeroInfinity whether an example whose target needs more steps than it has costs nothing;
 *     else it is an error
 */
@Kind("ctc")
@Formula(
    value =
        "l = -log sum of p over all ways to say the target's labels in order, a label or blank"
            + " (class 0) a step",
    shapes = "output [T, C], target [S] of class indices, 0 padding behind them")
@Doc("Sequences of labels without alignment: output [steps, classes], class 0 the blank.")
public record Ctc(
    @Doc("Examples whose target does not fit their steps cost nothing, instead of an error.")
        @Default("false")
        boolean zeroInfinity)
    implements LossSpec {
  @Override
  public Link link() {
    return Link.CTC;
  }

  @Override
  public boolean perStep() {
    return false;
  }

  @Override
  public boolean readsMask() {
    return true;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    int classes = target.classes().size();
    if (target.kind() == Field.Kind.NUMBER
        || target.shape().rank() != 1
        || output.rank() != 2
        || output.dim(1) != classes) {
      throw new IllegalArgumentException(
          "output "
              + output
              + " does not match target "
              + Targets.describe(target)
              + "; expected output [steps, classes] and a sequence of class indices, 0 the blank");
    }
    return new BoundCtc(output.dim(0), classes, target.width(), zeroInfinity);
  }
}
