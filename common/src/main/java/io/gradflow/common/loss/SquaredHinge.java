package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Squared hinge loss of a class: the square of {@link Hinge}, with the derivative 2 h dh/dy where h
 * is the hinge loss. Smooth where the margin is reached.
 *
 * @param margin m, above 0
 */
@Kind("squaredHinge")
@Formula(
    value = "the square of hinge",
    shapes = "output [C], or [1] for two classes; target a class index")
@Doc("The square of the hinge loss, smooth where the margin is reached.")
public record SquaredHinge(
    @Doc("How far the right score must lead, above 0.") @Default("1") float margin)
    implements LossSpec {
  public SquaredHinge {
    Settings.requireAboveZero("squaredHinge margin", margin);
  }

  @Override
  public Link link() {
    return Link.SOFTMAX;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    return new BoundHinge(Targets.requireClass(output, target), output.size(), margin, true);
  }
}
