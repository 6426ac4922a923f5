package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import java.util.Arrays;
import java.util.Optional;

/** The executable twin of {@link ZeroPad2d} and {@link Crop2d}: an image inside a larger one. */
final class FrameLayer implements Layer {
  private final boolean grows;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;
  private final int rowsInside;
  private final int rowFloats;
  private final int outerRowFloats;
  private final int start;

  /**
   * @param to the output's shape
   * @param top rows of the larger image above the smaller
   * @param left columns of the larger image before the smaller
   */
  FrameLayer(Shape to, int top, int left, Binding binding) {
    Shape from = binding.inputShapes().get(0);
    this.grows = to.size() > from.size();
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    Shape inner = grows ? from : to;
    Shape outer = grows ? to : from;
    this.rowsInside = inner.dim(0);
    this.rowFloats = inner.dim(1) * inner.dim(2);
    this.outerRowFloats = outer.dim(1) * outer.dim(2);
    this.start = top * outerRowFloats + left * outer.dim(2);
  }

  @Override
  public void forward(Pass pass) {
    copy(pass.rows(), input, output, grows);
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      copy(pass.rows(), outputGradient, inputGradient.get(), !grows);
    }
  }

  private void copy(int rows, Buffer from, Buffer to, boolean outwards) {
    if (outwards) {
      Arrays.fill(to.array(), to.offset(), to.offset() + rows * to.width(), 0f);
    }
    for (int r = 0; r < rows; r++) {
      int source = from.offset() + r * from.width() + (outwards ? 0 : start);
      int target = to.offset() + r * to.width() + (outwards ? start : 0);
      for (int h = 0; h < rowsInside; h++) {
        System.arraycopy(from.array(), source, to.array(), target, rowFloats);
        source += outwards ? rowFloats : outerRowFloats;
        target += outwards ? outerRowFloats : rowFloats;
      }
    }
  }
}
