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
 * Adds a trained vector for every step to a sequence: y[t, :] = x[t, :] + P[t, :].
 *
 * <p>Shapes: x and y [T, width], P [T, width].
 *
 * @param initializer start of P
 */
@Kind("learnedPositions")
@Formula(value = "y[t, :] = x[t, :] + P[t, :]", shapes = "x [T, width], P [T, width] -> [T, width]")
@Doc("Adds a trained vector for every step to a sequence.")
public record LearnedPositions(
    @Doc("Start of the positions.") @Default("normal") Initializer initializer)
    implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.sequence(inputs);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return List.of(new ParamSpec("positions", inputs.get(0), initializer, true));
  }

  @Override
  public Layer bind(Binding binding) {
    return new LearnedPositionsLayer(binding);
  }
}

/** The executable twin of {@link LearnedPositions}. */
final class LearnedPositionsLayer implements Layer {
  private final int width;
  private final int positions;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  LearnedPositionsLayer(Binding binding) {
    this.width = binding.inputShapes().get(0).size();
    this.positions = binding.paramOffset("positions");
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.rows() * width;
    System.arraycopy(input.array(), input.offset(), output.array(), output.offset(), n);
    RowKernels.addBias(
        pass.rows(), width, output.array(), output.offset(), pass.weights(), positions);
  }

  @Override
  public void backward(Pass pass) {
    RowKernels.columnSums(
        pass.rows(),
        width,
        outputGradient.array(),
        outputGradient.offset(),
        pass.gradient(),
        positions);
    if (inputGradient.isPresent()) {
      Buffer dx = inputGradient.get();
      System.arraycopy(
          outputGradient.array(),
          outputGradient.offset(),
          dx.array(),
          dx.offset(),
          pass.rows() * width);
    }
  }
}
