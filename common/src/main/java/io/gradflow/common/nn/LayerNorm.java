package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Layer normalization along the last axis of n elements: y = gamma h + beta with h = (x - mean(x))
 * / sqrt(mean((x - mean(x))^2) + epsilon); dx = (g - mean(g) - h mean(g h)) / deviation with g =
 * gamma dy.
 *
 * <p>Source: Ba, Kiros and Hinton (2016), arXiv:1607.06450.
 *
 * @param epsilon added to the variance
 * @param affine whether gamma [n] and beta [n] are trained; otherwise 1 and 0
 */
@Kind("layerNorm")
@Formula(
    value = "y = gamma (x - mean(x)) / sqrt(variance(x) + epsilon) + beta along the last axis",
    shapes = "[..., n], gamma and beta [n] -> [..., n]")
@Doc("Normalizes along the last axis.")
public record LayerNorm(
    @Doc("Added to the variance.") @Default("0.00001") float epsilon,
    @Doc("Whether a factor and a shift per element are trained.") @Default("true") boolean affine)
    implements LayerSpec {
  public LayerNorm {
    Norms.requireEpsilon(epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return Norms.params(affine, inputs.get(0));
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new RowNorm(
        true,
        epsilon,
        Norms.offset(affine, "gamma", binding),
        Norms.offset(affine, "beta", binding),
        binding);
  }
}
