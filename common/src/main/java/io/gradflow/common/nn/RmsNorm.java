package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Root mean square normalization along the last axis of n elements: y = gamma x / sqrt(mean(x^2) +
 * epsilon); dx = (g - h mean(g h)) / deviation with h = x / deviation and g = gamma dy.
 *
 * <p>Source: Zhang and Sennrich (2019), arXiv:1910.07467.
 *
 * @param epsilon added to the mean square
 * @param affine whether gamma [n] is trained; otherwise 1
 */
@Kind("rmsNorm")
@Formula(
    value = "y = gamma x / sqrt(mean(x^2) + epsilon) along the last axis",
    shapes = "[..., n], gamma [n] -> [..., n]")
@Doc("Divides by the root mean square along the last axis.")
public record RmsNorm(
    @Doc("Added to the mean square.") @Default("0.00001") float epsilon,
    @Doc("Whether a factor per element is trained.") @Default("true") boolean affine)
    implements LayerSpec {
  public RmsNorm {
    Norms.requireEpsilon(epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return Norms.params(affine, inputs.get(0)).stream().limit(1).toList();
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new RowNorm(false, epsilon, Norms.offset(affine, "gamma", binding), Norms.NONE, binding);
  }
}
