package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.OneOf;
import java.util.OptionalInt;

/**
 * A loss as configuration: an immutable record under its {@code Kind}. Users add one by
 * implementing this interface with a record.
 */
@OneOf({
  SoftmaxCrossEntropy.class,
  MaskedSoftmaxCrossEntropy.class,
  SigmoidCrossEntropy.class,
  SquaredError.class,
  AbsoluteError.class,
  Huber.class,
  KullbackLeibler.class,
  Hinge.class,
  SquaredHinge.class,
  Focal.class,
  Poisson.class,
  Cosine.class,
  CosinePairs.class,
  Contrastive.class,
  Triplet.class,
  Dice.class,
  Ctc.class
})
public interface LossSpec {
  /** What turns the network's outputs (logits) into predictions that users read. */
  enum Link {
    /** The outputs are the predictions. */
    IDENTITY,
    /** Predictions are e^z: rates. */
    EXPONENTIAL,
    /** Each output is the logit of a probability of its own. */
    SIGMOID,
    /** Logits of classes; a single one is that of class 1 of two against 0. */
    SOFTMAX,
    /** The outputs are embeddings: no predictions of the target. */
    EMBEDDING,
    /** Logits of a label or blank (class 0) for every step; the target's labels in order. */
    CTC
  }

  /**
   * Whether an output of several steps is read step by step, as {@link OutputSteps} says: the loss
   * is then bound to one step, and {@link Loss#accumulate} gets every step as a row, weighed with
   * the example's weight times the mask. So lossSum is the sum over the steps that count, weightSum
   * their weight, and the mean a mean over steps. A loss of whole examples says no; it is refused
   * on a masked output unless it {@link #readsMask}.
   */
  default boolean perStep() {
    return true;
  }

  /**
   * Whether a loss of whole sequences [T, ...] honours a mask: then {@link Loss#accumulate} gets T
   * weights a row, the example's weight times the mask, or times 1 where there is none; and so do
   * metrics.
   */
  default boolean readsMask() {
    return false;
  }

  /** The class whose steps do not count, for the loss and for metrics: the padding of targets. */
  default OptionalInt ignoredClass() {
    return OptionalInt.empty();
  }

  /**
   * @param output the network's output for one example, or one step of it
   * @param target the target field, or one step of it
   * @throws IllegalArgumentException if they do not fit, saying what was expected and what came
   */
  Loss bind(Shape output, Field target);

  default Link link() {
    return Link.IDENTITY;
  }
}
