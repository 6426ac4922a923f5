package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Masks steps of a sequence [T, ...]: a step counts unless all its features equal {@code value}. y
 * = x where the step counts and 0 elsewhere; dx likewise. An input that is masked already keeps
 * that mask too: a step counts where it does in both.
 *
 * @param value what every feature of a step that does not count equals
 */
@Kind("masking")
@Formula(
    value = "y = x at steps of which any feature differs from value, which count; 0 elsewhere",
    shapes = "[T, ...] -> [T, ...]")
@Doc("Masks the steps whose features all equal a value: padding.")
public record Masking(
    @Doc("What every feature of a step that does not count equals.") @Default("0") float value)
    implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    if (input.rank() < 1) {
      throw new IllegalArgumentException(
          "input " + input + " has no steps to mask; expected a sequence [steps, features]");
    }
    return input;
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.MAKE;
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new MaskingLayer(this, binding);
  }
}

/** The executable twin of {@link Masking}. */
final class MaskingLayer implements Layer {
  private final float value;
  private final int steps;
  private final int width;
  private final Buffer input;
  private final Buffer output;
  private final Buffer mask;
  private final Optional<Buffer> inputMask;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  MaskingLayer(Masking spec, Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    this.value = spec.value();
    this.steps = shape.dim(0);
    this.width = shape.size() / steps;
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.mask = binding.outputMask().orElseThrow();
    this.inputMask = binding.inputMask(0);
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.array();
    float[] m = mask.array();
    for (int step = 0; step < pass.rows() * steps; step++) {
      float counts = counts(x, input.offset() + step * width);
      if (inputMask.isPresent()) {
        counts *= inputMask.get().array()[inputMask.get().offset() + step];
      }
      m[mask.offset() + step] = counts;
    }
    apply(pass, input, output);
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      apply(pass, outputGradient, inputGradient.get());
    }
  }

  private float counts(float[] x, int from) {
    for (int i = from; i < from + width; i++) {
      if (x[i] != value) {
        return 1;
      }
    }
    return 0;
  }

  private void apply(Pass pass, Buffer from, Buffer to) {
    float[] m = mask.array();
    for (int step = 0; step < pass.rows() * steps; step++) {
      int source = from.offset() + step * width;
      int target = to.offset() + step * width;
      if (m[mask.offset() + step] != 0) {
        System.arraycopy(from.array(), source, to.array(), target, width);
      } else {
        Arrays.fill(to.array(), target, target + width, 0);
      }
    }
  }
}
