package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Inputs side by side along one axis of the example; the other extents agree. Along axis 0 the
 * steps of sequences follow each other, and their masks with them; an input without a mask counts
 * throughout.
 *
 * @param axis of the example, without the batch; negative ones count from the end
 */
@Kind("concat")
@Formula(
    value = "y = x1, x2, ... side by side along an axis",
    shapes = "inputs that differ along that axis alone -> the sum of their extents there")
@Doc("Two or more inputs side by side along one axis.")
public record Concat(
    @Doc("Axis of the example, without the batch; negative ones count from the end.") @Default("-1")
        int axis)
    implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape first = Inputs.several(inputs).get(0);
    int along = axis < 0 ? first.rank() + axis : axis;
    if (along < 0 || along >= first.rank()) {
      throw new IllegalArgumentException(
          "concat along axis " + axis + " of input " + first + "; there is no such axis");
    }
    List<Integer> dims = new ArrayList<>(first.dims());
    int extent = 0;
    for (Shape input : inputs) {
      List<Integer> others = new ArrayList<>(input.dims());
      if (input.rank() == first.rank()) {
        others.set(along, dims.get(along));
      }
      if (!others.equals(first.dims())) {
        throw new IllegalArgumentException(
            "inputs " + inputs + "; expected the same extents but along axis " + axis);
      }
      extent = Math.addExact(extent, input.dim(along));
    }
    dims.set(along, extent);
    return new Shape(dims);
  }

  @Override
  public MaskRule maskRule() {
    return axis == 0 ? MaskRule.DERIVE : MaskRule.PASS;
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    boolean alongSteps = axis == 0 || axis == -inputs.get(0).rank();
    return alongSteps ? Optional.empty() : Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new ConcatLayer(this, binding);
  }
}

/** The executable twin of {@link Concat}. */
final class ConcatLayer implements Layer {
  private final Binding binding;
  private final Buffer[] inputs;
  private final Buffer output;

  /** Blocks of neighbours that a row is made of, and how many floats of one each input gives. */
  private final int blocks;

  private final int[] widths;
  private final int width;

  ConcatLayer(Concat spec, Binding binding) {
    this.binding = binding;
    this.inputs = binding.inputs().toArray(Buffer[]::new);
    this.output = binding.output();
    Shape first = binding.inputShapes().get(0);
    int along = spec.axis() < 0 ? first.rank() + spec.axis() : spec.axis();
    this.blocks = new Shape(first.dims().subList(0, along)).size();
    this.widths = binding.inputShapes().stream().mapToInt(s -> s.size() / blocks).toArray();
    this.width = Arrays.stream(widths).sum();
  }

  @Override
  public void forward(Pass pass) {
    int at = 0;
    for (int i = 0; i < inputs.length; i++) {
      Buffer x = inputs[i];
      int w = widths[i];
      for (int block = 0; block < pass.rows() * blocks; block++) {
        System.arraycopy(
            x.array(),
            x.offset() + block * w,
            output.array(),
            output.offset() + block * width + at,
            w);
      }
      at += w;
    }
    if (blocks == 1 && binding.outputMask().isPresent()) {
      masks(pass, binding.outputMask().get());
    }
  }

  @Override
  public void backward(Pass pass) {
    Buffer dy = binding.outputGradient();
    int at = 0;
    for (int i = 0; i < inputs.length; i++) {
      Optional<Buffer> dx = binding.inputGradient(i);
      int w = widths[i];
      for (int block = 0; dx.isPresent() && block < pass.rows() * blocks; block++) {
        System.arraycopy(
            dy.array(),
            dy.offset() + block * width + at,
            dx.get().array(),
            dx.get().offset() + block * w,
            w);
      }
      at += w;
    }
  }

  private void masks(Pass pass, Buffer mask) {
    int at = 0;
    for (int i = 0; i < inputs.length; i++) {
      Optional<Buffer> from = binding.inputMask(i);
      int steps = binding.inputShapes().get(i).dim(0);
      for (int row = 0; row < pass.rows(); row++) {
        int to = mask.offset() + row * mask.width() + at;
        if (from.isPresent()) {
          System.arraycopy(
              from.get().array(), from.get().offset() + row * steps, mask.array(), to, steps);
        } else {
          Arrays.fill(mask.array(), to, to + steps, 1);
        }
      }
      at += steps;
    }
  }
}
