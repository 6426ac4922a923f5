package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Stochastic depth: in training an example as a whole becomes 0 with the given probability and is
 * scaled by 1 / (1 - rate) otherwise; as the last of a residual's layers it skips them at random.
 * Drawn as {@link Dropout} draws, once a row.
 *
 * <p>Source: Huang et al. (2016), arXiv:1603.09382, in the inverted form that leaves inference
 * alone.
 *
 * @param rate probability that an example is zeroed, in [0, 1)
 */
@Kind("stochasticDepth")
@Formula("as dropout, one m for every example")
@Doc("In training zeroes whole examples at random and scales the others by 1 / (1 - rate).")
public record StochasticDepth(@Doc("Probability that an example is zeroed, in [0, 1).") float rate)
    implements LayerSpec {
  public StochasticDepth {
    Dropout.requireRate("stochasticDepth", rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new GroupedDropout(rate, 1, binding);
  }
}
