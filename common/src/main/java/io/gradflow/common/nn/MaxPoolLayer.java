package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.MaxPooling;
import io.gradflow.common.array.Window;
import java.util.Optional;

/** The executable twin of {@link MaxPool2d}, {@link MaxPool1d} and {@link GlobalMaxPool}. */
final class MaxPoolLayer implements Layer {
  private final MaxPooling pooling;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  MaxPoolLayer(Window window, Binding binding) {
    this.pooling = new MaxPooling(window);
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    for (int r = 0; r < pass.rows(); r++) {
      forward(r);
    }
  }

  /** Forward of one row. */
  void forward(int r) {
    pooling.forward(
        input.array(),
        input.offset() + r * input.width(),
        output.array(),
        output.offset() + r * output.width());
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      for (int r = 0; r < pass.rows(); r++) {
        backward(r, r);
      }
    }
  }

  /** Backward of one row; leaves its gradient in row {@code to} of the input gradient. */
  void backward(int r, int to) {
    Buffer dx = inputGradient.orElseThrow();
    int at = r * output.width();
    pooling.backward(
        input.array(),
        input.offset() + r * input.width(),
        output.array(),
        output.offset() + at,
        outputGradient.array(),
        outputGradient.offset() + at,
        dx.array(),
        dx.offset() + to * dx.width());
  }

  Buffer input() {
    return input;
  }

  Optional<Buffer> inputGradient() {
    return inputGradient;
  }
}
