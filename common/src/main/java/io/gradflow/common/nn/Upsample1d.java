package io.gradflow.common.nn;

import io.gradflow.common.array.Resampling;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * A sequence enlarged by a whole factor: [T, C] to [T factor, C]; as {@link Upsample2d} with one
 * axis.
 *
 * <p>{@code nearest} repeats every step. {@code linear} weighs the two nearest steps, steps being
 * intervals whose centres are sampled and ends repeated: PyTorch's {@code align_corners=False}.
 *
 * <p>Of a masked sequence every step's mask is repeated. A step that does not count is as if it
 * were not there: its neighbours end beside it, and what it becomes is 0.
 *
 * @param size the factor
 * @param interpolation between steps
 */
@Kind("upsample1d")
@Formula(
    value = "nearest: y[t] = x[t / factor]; linear: the two nearest steps' centres weighed",
    shapes = "[T, C] -> [T factor, C]")
@Doc("A sequence enlarged by a whole factor.")
public record Upsample1d(
    @Doc("The factor.") int size,
    @Doc("How steps in between come about.") @Default("nearest") Interpolation interpolation)
    implements LayerSpec {
  /** Between steps. */
  public enum Interpolation {
    NEAREST,
    LINEAR
  }

  public Upsample1d {
    Windows.requireAtLeast("upsample1d size", List.of(size), 1);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Windows.requireRank(input, 1);
    return Shape.of(Math.multiplyExact(input.dim(0), size), input.dim(1));
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.DERIVE;
  }

  @Override
  public Layer bind(Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    Resampling.Axis steps = axis(shape);
    return binding.inputMask(0).isPresent()
        ? new MaskedUpsample(size, steps, axis(shape), binding)
        : new ImageMapLayer(Resampling.along(steps, shape.dim(1)), binding);
  }

  private Resampling.Axis axis(Shape shape) {
    return Resampling.Axis.enlarge(shape.dim(0), size, interpolation == Interpolation.LINEAR);
  }
}
