package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A recurrent layer that begins every pass with the state in which the last one ended, row by row;
 * the first with 0. So passes over consecutive pieces of a sequence compute what one pass over the
 * whole does, bit for bit. In evaluation only: of training, sums of a step would depend on what an
 * executor computed before.
 */
record CarriedState(Recurrent layer) implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return layer.outputShape(List.of(Inputs.only(inputs)));
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return layer.params(inputs);
  }

  @Override
  public MaskRule maskRule() {
    return layer.maskRule();
  }

  @Override
  public Layer bind(Binding binding) {
    return new CarriedStateLayer(layer, binding);
  }
}

/** The executable twin of {@link CarriedState}. */
final class CarriedStateLayer implements Layer {
  private final RecurrentLayer layer;

  /** Arrays of their own: in the workspace others write between passes. */
  private final List<Buffer> states;

  CarriedStateLayer(Recurrent spec, Binding binding) {
    int units = spec.units();
    this.states = new ArrayList<>();
    InnerLayers inner = new InnerLayers(binding);
    List<InnerLayers.Value> inputs = new ArrayList<>(List.of(inner.input(0)));
    for (int i = 0; i < spec.states(); i++) {
      Buffer state = new Buffer(units);
      state.attach(new float[binding.maxRows() * units], 0);
      states.add(state);
      inputs.add(new InnerLayers.Value(Shape.of(units), state, Optional.empty(), Optional.empty()));
    }
    Shape output = spec.outputShape(binding.inputShapes());
    // Every recurrent layer is bound to one.
    this.layer = (RecurrentLayer) inner.bind(spec, inputs, inner.output(output));
  }

  @Override
  public void forward(Pass pass) {
    layer.forward(pass);
    layer.copyState(pass.rows(), states);
  }

  @Override
  public void backward(Pass pass) {
    throw new IllegalStateException("a carried state is for evaluation: it has no backward");
  }
}
