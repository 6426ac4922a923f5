package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Dropout of whole channels, the last axis: in training a channel of an example becomes 0 at all
 * positions with the given probability and is scaled by 1 / (1 - rate) otherwise. Drawn as {@link
 * Dropout} draws, once a row and channel.
 *
 * <p>Source: Tompson et al. (2015), arXiv:1411.4280.
 *
 * @param rate probability that a channel is zeroed, in [0, 1)
 */
@Kind("spatialDropout")
@Formula(value = "as dropout, one m for every example and channel", shapes = "[..., C] -> [..., C]")
@Doc("In training zeroes whole channels at random and scales the others by 1 / (1 - rate).")
public record SpatialDropout(@Doc("Probability that a channel is zeroed, in [0, 1).") float rate)
    implements LayerSpec {
  public SpatialDropout {
    Dropout.requireRate("spatialDropout", rate);
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
    return new GroupedDropout(rate, Inputs.lastAxis(binding.inputShapes().get(0)), binding);
  }
}
