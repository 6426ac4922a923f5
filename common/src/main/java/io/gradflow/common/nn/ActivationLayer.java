package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * An activation function as a layer of its own: y = f(x), any shape; softmax acts along the last
 * axis.
 *
 * @param function what is applied
 */
@Kind("activation")
@Formula("y = f(x)")
@Doc("An activation function as a layer of its own.")
public record ActivationLayer(@Doc("The function.") Activation function) implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public boolean isView() {
    return function instanceof Activation.Identity;
  }

  @Override
  public Optional<Activation> outputActivation() {
    return Optional.of(function);
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new ActivationTwin(function, binding);
  }
}

/** The executable twin of {@link ActivationLayer}. */
final class ActivationTwin implements Layer {
  private final Activation function;
  private final int vectors;
  private final int width;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  ActivationTwin(Activation function, Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    this.function = function;
    this.width = shape.rank() == 0 ? 1 : shape.dim(-1);
    this.vectors = shape.size() / width;
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    function.forward(
        pass.rows() * vectors,
        width,
        input.array(),
        input.offset(),
        output.array(),
        output.offset());
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      function.backward(
          pass.rows() * vectors,
          width,
          input.array(),
          input.offset(),
          output.array(),
          output.offset(),
          outputGradient.array(),
          outputGradient.offset(),
          inputGradient.get().array(),
          inputGradient.get().offset());
    }
  }
}
