package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * The product, element by element, of two or more inputs of one shape: y = (x1 x2) ...; dx_i = dy
 * times the product of the others.
 */
@Kind("multiply")
@Formula(value = "y = x1 x2 ... element by element", shapes = "inputs of one shape -> that shape")
@Doc("The product, element by element, of two or more inputs of one shape.")
public record Multiply() implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.alike(inputs);
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new MultiplyLayer(binding);
  }
}

/** The executable twin of {@link Multiply}. */
final class MultiplyLayer implements Layer {
  private final Buffer[] inputs;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Binding binding;

  MultiplyLayer(Binding binding) {
    this.inputs = binding.inputs().toArray(Buffer[]::new);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.binding = binding;
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.rows() * output.width();
    times(n, inputs[0], inputs[1], output);
    for (int i = 2; i < inputs.length; i++) {
      times(n, output, inputs[i], output);
    }
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.rows() * output.width();
    for (int i = 0; i < inputs.length; i++) {
      Optional<Buffer> dx = binding.inputGradient(i);
      if (dx.isPresent()) {
        Buffer from = outputGradient;
        for (int other = 0; other < inputs.length; other++) {
          if (other != i) {
            times(n, from, inputs[other], dx.get());
            from = dx.get();
          }
        }
      }
    }
  }

  private static void times(int n, Buffer a, Buffer b, Buffer y) {
    ArrayKernels.multiply(n, a.array(), a.offset(), b.array(), b.offset(), y.array(), y.offset());
  }
}
