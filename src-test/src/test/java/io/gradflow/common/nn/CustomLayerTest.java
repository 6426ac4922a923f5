package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.ArrayBridge;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A layer of a user's own, in the n-dimensional arrays of ND4J. */
class CustomLayerTest {
  @Test
  void backward_layerInNd4j_matchesFiniteDifferences() {
    GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(new RadialBasis(3), 4, Shape.of(2)).randomize(1));
  }

  @Test
  void gradient_layerInNd4jAmongOthers_matchesFiniteDifferences() {
    Dense dense =
        new Dense(
            2,
            new Activation.Tanh(),
            new Initializer.GlorotUniform(),
            new Initializer.Zeros(),
            true);
    NetworkSpec spec =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(4)), List.of(dense, new RadialBasis(5), dense));
    assertEquals("RadialBasis_1", spec.nodes().get(1).name());
    GradientCheck.SMOOTH.run(NetworkTrial.ofNetwork(spec, 3).randomize(2));
  }

  /** y_u = exp(-|x - c_u|^2 / 2) with centres c [units, in]. */
  record RadialBasis(int units) implements LayerSpec {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(units);
    }

    @Override
    public List<ParamSpec> params(List<Shape> inputs) {
      Shape centres = Shape.of(units, inputs.get(0).size());
      return List.of(new ParamSpec("centres", centres, new Initializer.Normal(0, 1), true));
    }

    @Override
    public Layer bind(Binding binding) {
      return new RadialBasisLayer(units, binding);
    }
  }

  /** The executable twin. */
  private static final class RadialBasisLayer implements Layer {
    private final int units;
    private final int in;
    private final int centres;
    private final Binding binding;
    private final Buffer input;
    private final Buffer output;

    RadialBasisLayer(int units, Binding binding) {
      this.units = units;
      this.in = binding.inputShapes().get(0).size();
      this.centres = binding.paramOffset("centres");
      this.binding = binding;
      this.input = binding.inputs().get(0);
      this.output = binding.output();
    }

    /** x - c: [rows, units, in]. */
    private INDArray differences(Pass pass) {
      INDArray x =
          ArrayBridge.toINDArray(input.array(), input.offset(), pass.rows(), Shape.of(1, in));
      INDArray c = ArrayBridge.toINDArray(pass.weights(), centres, 1, Shape.of(units, in));
      long[] shape = {pass.rows(), units, in};
      return x.broadcast(shape).sub(c.broadcast(shape));
    }

    @Override
    public void forward(Pass pass) {
      INDArray differences = differences(pass);
      INDArray y = Transforms.exp(differences.mul(differences).sum(2).muli(-0.5));
      ArrayBridge.copy(y, pass.rows() * units, output.array(), output.offset());
    }

    @Override
    public void backward(Pass pass) {
      Buffer outputGradient = binding.outputGradient();
      INDArray y =
          ArrayBridge.toINDArray(output.array(), output.offset(), pass.rows(), Shape.of(units, 1));
      INDArray dy =
          ArrayBridge.toINDArray(
              outputGradient.array(), outputGradient.offset(), pass.rows(), Shape.of(units, 1));
      INDArray dc = differences(pass).mul(y.mul(dy).broadcast(pass.rows(), units, in));
      if (binding.inputGradient(0).isPresent()) {
        Buffer dx = binding.inputGradient(0).get();
        ArrayBridge.copy(dc.sum(1).neg(), pass.rows() * in, dx.array(), dx.offset());
      }
      // Row after row onto the sum, so that chunks of rows leave the same bits.
      INDArray gradient = ArrayBridge.toINDArray(pass.gradient(), centres, Shape.of(units, in));
      for (int row = 0; row < pass.rows(); row++) {
        gradient.addi(dc.slice(row));
      }
      ArrayBridge.copy(gradient, units * in, pass.gradient(), centres);
    }
  }
}
