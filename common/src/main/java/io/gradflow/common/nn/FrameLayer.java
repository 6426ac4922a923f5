package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * The executable twin of {@link ZeroPad2d}, {@link ZeroPad1d}, {@link Crop2d} and {@link Crop1d}:
 * an image inside a larger one, sequences being images of one row.
 */
final class FrameLayer implements Layer {
  private final boolean grows;
  private final Buffer input;
  private final Optional<Buffer> inputMask;
  private final Buffer output;
  private final Optional<Buffer> outputMask;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;
  private final int rowsInside;
  private final int rowFloats;
  private final int outerRowFloats;
  private final int start;
  private final int left;

  /**
   * @param to the output's shape
   * @param top rows of the larger image above the smaller
   * @param left columns of the larger image, or steps, before the smaller
   */
  FrameLayer(Shape to, int top, int left, Binding binding) {
    Shape from = binding.inputShapes().get(0);
    this.grows = to.size() > from.size();
    this.input = binding.inputs().get(0);
    this.inputMask = binding.inputMask(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    Shape inner = grows ? from : to;
    Shape outer = grows ? to : from;
    boolean sequence = inner.rank() == 2;
    // Images pass their mask on as it is.
    this.outputMask = sequence ? binding.outputMask() : Optional.empty();
    this.rowsInside = sequence ? 1 : inner.dim(0);
    this.rowFloats = inner.size() / rowsInside;
    this.outerRowFloats = outer.dim(-2) * outer.dim(-1);
    this.start = top * outerRowFloats + left * outer.dim(-1);
    this.left = left;
  }

  @Override
  public void forward(Pass pass) {
    copy(pass.rows(), input, output, grows);
    if (outputMask.isPresent()) {
      copyMask(pass.rows(), inputMask.orElseThrow(), outputMask.get());
    }
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

  /** Steps around the smaller sequence count. */
  private void copyMask(int rows, Buffer from, Buffer to) {
    Arrays.fill(to.array(), to.offset(), to.offset() + rows * to.width(), 1f);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(
          from.array(),
          from.offset() + r * from.width() + (grows ? 0 : left),
          to.array(),
          to.offset() + r * to.width() + (grows ? left : 0),
          Math.min(from.width(), to.width()));
    }
  }
}
