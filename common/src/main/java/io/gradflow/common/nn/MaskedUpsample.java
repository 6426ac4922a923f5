package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Resampling;
import java.util.Optional;

/**
 * The executable twin of {@link Upsample1d} over a masked sequence: output step t counts if input
 * step t / factor does, and is 0 otherwise; steps that do not count are in no mean.
 */
final class MaskedUpsample implements Layer {
  private final int factor;
  private final int channels;
  private final Resampling.Axis plain;

  /** How the steps of the row at hand are made. */
  private final Resampling.Axis counted;

  private final Resampling resampling;
  private final Buffer input;
  private final Buffer mask;
  private final Buffer output;
  private final Buffer outputMask;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  /**
   * @param plain how steps are made that all count
   * @param counted the same, changed row by row
   */
  MaskedUpsample(int factor, Resampling.Axis plain, Resampling.Axis counted, Binding binding) {
    this.factor = factor;
    this.channels = binding.inputShapes().get(0).dim(1);
    this.plain = plain;
    this.counted = counted;
    this.resampling = Resampling.along(counted, channels);
    this.input = binding.inputs().get(0);
    this.mask = binding.inputMask(0).orElseThrow();
    this.output = binding.output();
    this.outputMask = binding.outputMask().orElseThrow();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    for (int row = 0; row < pass.rows(); row++) {
      int steps = mask.offset() + row * mask.width();
      for (int t = 0; t < outputMask.width(); t++) {
        outputMask.array()[outputMask.offset() + row * outputMask.width() + t] =
            mask.array()[steps + t / factor];
      }
      counted.leaveOut(plain, mask.array(), steps);
      resampling.forward(
          input.array(),
          input.offset() + row * input.width(),
          output.array(),
          output.offset() + row * output.width());
    }
    MaskedSteps.clear(pass.rows() * outputMask.width(), outputMask, output, channels);
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      Buffer dx = inputGradient.get();
      MaskedSteps.clear(pass.rows() * outputMask.width(), outputMask, outputGradient, channels);
      for (int row = 0; row < pass.rows(); row++) {
        counted.leaveOut(plain, mask.array(), mask.offset() + row * mask.width());
        resampling.backward(
            outputGradient.array(),
            outputGradient.offset() + row * output.width(),
            dx.array(),
            dx.offset() + row * dx.width());
      }
    }
  }
}
