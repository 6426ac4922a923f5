package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Additive noise: in training y = x + stddev e with e standard normal, one draw per element;
 * otherwise y = x. dx = dy. A draw depends on (seed, step, micro-shard, node, row, column) alone.
 *
 * @param stddev the noise's standard deviation, finite and not negative
 */
@Kind("gaussianNoise")
@Formula("in training y = x + stddev e, e standard normal; else y = x")
@Doc("In training adds normal noise.")
public record GaussianNoise(@Doc("The noise's standard deviation.") float stddev)
    implements LayerSpec {
  public GaussianNoise {
    Settings.requireNotNegative("gaussianNoise stddev", stddev);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new GaussianNoiseLayer(this, binding);
  }
}

/** The executable twin of {@link GaussianNoise}. */
final class GaussianNoiseLayer implements Layer {
  private final float stddev;
  private final int layerKey;
  private final int width;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  GaussianNoiseLayer(GaussianNoise spec, Binding binding) {
    this.stddev = spec.stddev();
    this.layerKey = binding.layerKey();
    this.width = binding.output().width();
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.rows() * width;
    float[] x = input.array();
    float[] y = output.array();
    if (!pass.training() || stddev == 0) {
      System.arraycopy(x, input.offset(), y, output.offset(), n);
      return;
    }
    long key =
        CounterRng.key(
            pass.seed(), CounterRng.Purpose.NOISE, pass.step(), pass.microShard(), layerKey);
    // The index may wrap beyond 2^31 elements a step: draws repeat then, no harm done.
    int first = pass.firstRow() * width;
    for (int i = 0; i < n; i++) {
      float noise = CounterRng.normal(key, first + i);
      y[output.offset() + i] = Math.fma(stddev, noise, x[input.offset() + i]);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      System.arraycopy(
          outputGradient.array(),
          outputGradient.offset(),
          inputGradient.get().array(),
          inputGradient.get().offset(),
          pass.rows() * width);
    }
  }
}
