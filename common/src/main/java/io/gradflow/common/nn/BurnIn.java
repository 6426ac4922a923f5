package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The first steps of a sequence [T, ...] only warm the state of the recurrent layers before this
 * one: y = x, masked there, so that neither loss nor metric nor gradient sees them.
 *
 * <p>This is how streams longer than a row are learned: neighbouring rows overlap by {@code steps},
 * so every step but the first few is predicted exactly once, after that many steps of context.
 * Carrying the state itself from one minibatch to the next would leave it on an executor between
 * steps, and sums would then depend on which executor computed them before. Give the recurrent
 * layers {@code tbptt: steps} to keep the gradient of the state out of the warm-up as well.
 *
 * <p>Source: the burn-in of recurrent replay, Kapturowski et al. (2019), "Recurrent Experience
 * Replay in Distributed Reinforcement Learning".
 *
 * @param steps that are left out of loss and metrics
 */
@Kind("burnIn")
@Formula(value = "y = x, masked at the first steps", shapes = "x [T, ...] -> [T, ...]")
@Doc("The first steps only warm the state: no loss, no metric, no gradient there.")
public record BurnIn(@Doc("Number of steps left out.") int steps) implements LayerSpec {
  public BurnIn {
    if (steps < 1) {
      throw new IllegalArgumentException("burnIn steps " + steps + "; expected at least 1");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    if (input.rank() < 1 || input.dim(0) <= steps) {
      throw new IllegalArgumentException(
          "input " + input + "; expected a sequence of more than " + steps + " steps");
    }
    return input;
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.MAKE;
  }

  /** What is computed does not change, and no step is left out of what is read one by one. */
  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(new ActivationLayer(new Activation.Identity()), inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new BurnInLayer(this, binding);
  }
}

/** The executable twin of {@link BurnIn}. */
final class BurnInLayer implements Layer {
  private final int left;
  private final int steps;
  private final int width;
  private final Buffer input;
  private final Buffer output;
  private final Optional<Buffer> inputMask;
  private final Buffer mask;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  BurnInLayer(BurnIn spec, Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    this.left = spec.steps();
    this.steps = shape.dim(0);
    this.width = shape.size();
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.inputMask = binding.inputMask(0);
    this.mask = binding.outputMask().orElseThrow();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    int rows = pass.rows();
    System.arraycopy(input.array(), input.offset(), output.array(), output.offset(), rows * width);
    float[] m = mask.array();
    if (inputMask.isPresent()) {
      Buffer from = inputMask.get();
      System.arraycopy(from.array(), from.offset(), m, mask.offset(), rows * steps);
    } else {
      Arrays.fill(m, mask.offset(), mask.offset() + rows * steps, 1f);
    }
    for (int row = 0; row < rows; row++) {
      int start = mask.offset() + row * steps;
      Arrays.fill(m, start, start + left, 0f);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      float[] dx = inputGradient.get().array();
      int dxo = inputGradient.get().offset();
      System.arraycopy(
          outputGradient.array(), outputGradient.offset(), dx, dxo, pass.rows() * width);
      for (int row = 0; row < pass.rows(); row++) {
        Arrays.fill(dx, dxo + row * width, dxo + row * width + left * (width / steps), 0f);
      }
    }
  }
}
