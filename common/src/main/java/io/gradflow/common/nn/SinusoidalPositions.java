package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.RowKernels;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Adds fixed positions to a sequence: y[t, j] = x[t, j] + p[t, j] with p[t, 2i] = sin(t / base^(2i
 * / width)), p[t, 2i + 1] = cos of the same.
 *
 * <p>Shapes: x and y [T, width].
 *
 * <p>Source: Vaswani et al. (2017), arXiv:1706.03762.
 *
 * @param base of the wave lengths
 */
@Kind("sinusoidalPositions")
@Formula(
    value =
        "y[t, 2i] = x[t, 2i] + sin(t / base^(2i / width)), y[t, 2i + 1] = x[t, 2i + 1] + cos(t /"
            + " base^(2i / width))",
    shapes = "x [T, width] -> [T, width]")
@Doc("Adds sines and cosines of the step to a sequence.")
public record SinusoidalPositions(@Doc("Base of the wave lengths.") @Default("10000") float base)
    implements LayerSpec {
  public SinusoidalPositions {
    if (!(base > 1 && base < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "sinusoidalPositions base " + base + "; expected a finite number above 1");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.sequence(inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new SinusoidalPositionsLayer(this, binding);
  }
}

/** The executable twin of {@link SinusoidalPositions}. */
final class SinusoidalPositionsLayer implements Layer {
  private final float[] positions;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  SinusoidalPositionsLayer(SinusoidalPositions spec, Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    int width = shape.dim(1);
    this.positions = new float[shape.size()];
    for (int at = 0; at < positions.length; at++) {
      int step = at / width;
      int j = at % width;
      double angle = step * StrictMath.pow(spec.base(), -(double) (j - j % 2) / width);
      positions[at] = (float) (j % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
    }
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.rows() * positions.length;
    System.arraycopy(input.array(), input.offset(), output.array(), output.offset(), n);
    RowKernels.addBias(
        pass.rows(), positions.length, output.array(), output.offset(), positions, 0);
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      Buffer dx = inputGradient.get();
      int n = pass.rows() * positions.length;
      System.arraycopy(outputGradient.array(), outputGradient.offset(), dx.array(), dx.offset(), n);
    }
  }
}
