package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/** The sum of two or more inputs of one shape, in their order: y = (x1 + x2) + ...; dx_i = dy. */
@Kind("add")
@Formula(value = "y = x1 + x2 + ...", shapes = "inputs of one shape -> that shape")
@Doc("The sum of two or more inputs of one shape.")
public record Add() implements LayerSpec {
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
    return new AddLayer(binding);
  }
}

/** The executable twin of {@link Add}. */
final class AddLayer implements Layer {
  private final Buffer[] inputs;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Binding binding;

  AddLayer(Binding binding) {
    this.inputs = binding.inputs().toArray(Buffer[]::new);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.binding = binding;
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.rows() * output.width();
    float[] y = output.array();
    int yo = output.offset();
    ArrayKernels.add(
        n, inputs[0].array(), inputs[0].offset(), inputs[1].array(), inputs[1].offset(), y, yo);
    for (int i = 2; i < inputs.length; i++) {
      ArrayKernels.addInPlace(n, y, yo, inputs[i].array(), inputs[i].offset());
    }
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.rows() * output.width();
    for (int i = 0; i < inputs.length; i++) {
      Optional<Buffer> dx = binding.inputGradient(i);
      if (dx.isPresent()) {
        System.arraycopy(
            outputGradient.array(),
            outputGradient.offset(),
            dx.get().array(),
            dx.get().offset(),
            n);
      }
    }
  }
}
