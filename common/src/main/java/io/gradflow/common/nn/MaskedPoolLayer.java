package io.gradflow.common.nn;

import io.gradflow.common.array.AvgPooling;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.Window;
import io.gradflow.common.array.WindowAxis;
import java.util.Arrays;
import java.util.Optional;

/**
 * Pooling along time over a masked sequence: the largest or the mean of a window's steps that
 * count, and 0 where none does. An output step counts if a step of its window does. Of equal
 * largest values the first gets the gradient.
 */
final class MaskedPoolLayer implements Layer {
  /** What a window comes to. */
  enum Kind {
    MAX,
    MEAN
  }

  private final Kind kind;
  private final WindowAxis axis;
  private final int channels;
  private final Buffer input;
  private final Buffer mask;
  private final Buffer output;
  private final Optional<Buffer> outputMask;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  private MaskedPoolLayer(Kind kind, Window window, Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    if (shape.rank() != 2) {
      throw new IllegalArgumentException(
          "input " + shape + " is masked; expected a sequence [steps, channels]");
    }
    this.kind = kind;
    this.axis = window.width();
    this.channels = window.channels();
    this.input = binding.inputs().get(0);
    this.mask = binding.inputMask(0).orElseThrow();
    this.output = binding.output();
    this.outputMask = binding.outputMask();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  /** The largest of each window. */
  static Layer max(Window window, Binding binding) {
    return binding.inputMask(0).isPresent()
        ? new MaskedPoolLayer(Kind.MAX, window, binding)
        : new MaxPoolLayer(window, binding);
  }

  /** The mean of each window. */
  static Layer mean(Window window, Binding binding) {
    return binding.inputMask(0).isPresent()
        ? new MaskedPoolLayer(Kind.MEAN, window, binding)
        : new ImageMapLayer(new AvgPooling(window), binding);
  }

  @Override
  public void forward(Pass pass) {
    float[] y = output.array();
    Arrays.fill(y, output.offset(), output.offset() + pass.rows() * output.width(), 0f);
    for (int row = 0; row < pass.rows(); row++) {
      for (int o = 0; o < axis.out(); o++) {
        int at = output.offset() + (row * axis.out() + o) * channels;
        int seen = 0;
        for (int tap = 0; tap < axis.kernel(); tap++) {
          if (counts(row, o, tap)) {
            take(input.offset() + position(row, o, tap) * channels, y, at, seen++);
          }
        }
        if (kind == Kind.MEAN && seen > 1) {
          for (int c = 0; c < channels; c++) {
            y[at + c] /= seen;
          }
        }
        if (outputMask.isPresent()) {
          Buffer out = outputMask.get();
          out.array()[out.offset() + row * axis.out() + o] = seen > 0 ? 1 : 0;
        }
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isEmpty()) {
      return;
    }
    Buffer dx = inputGradient.get();
    Arrays.fill(dx.array(), dx.offset(), dx.offset() + pass.rows() * dx.width(), 0f);
    for (int row = 0; row < pass.rows(); row++) {
      for (int o = 0; o < axis.out(); o++) {
        int at = (row * axis.out() + o) * channels;
        if (kind == Kind.MAX) {
          maxBackward(row, o, at, dx);
        } else {
          meanBackward(row, o, at, dx);
        }
      }
    }
  }

  private void take(int from, float[] y, int at, int seen) {
    float[] x = input.array();
    for (int c = 0; c < channels; c++) {
      float value = x[from + c];
      if (kind == Kind.MEAN) {
        y[at + c] += value;
      } else {
        y[at + c] = seen == 0 ? value : Math.max(y[at + c], value);
      }
    }
  }

  private void maxBackward(int row, int o, int at, Buffer dx) {
    for (int c = 0; c < channels; c++) {
      float largest = output.array()[output.offset() + at + c];
      for (int tap = 0; tap < axis.kernel(); tap++) {
        int x = position(row, o, tap) * channels + c;
        if (counts(row, o, tap) && input.array()[input.offset() + x] == largest) {
          dx.array()[dx.offset() + x] += outputGradient.array()[outputGradient.offset() + at + c];
          break;
        }
      }
    }
  }

  private void meanBackward(int row, int o, int at, Buffer dx) {
    int seen = 0;
    for (int tap = 0; tap < axis.kernel(); tap++) {
      seen += counts(row, o, tap) ? 1 : 0;
    }
    for (int tap = 0; tap < axis.kernel(); tap++) {
      if (counts(row, o, tap)) {
        int to = dx.offset() + position(row, o, tap) * channels;
        for (int c = 0; c < channels; c++) {
          dx.array()[to + c] += outputGradient.array()[outputGradient.offset() + at + c] / seen;
        }
      }
    }
  }

  private int position(int row, int o, int tap) {
    return row * axis.in() + axis.source(o, tap);
  }

  private boolean counts(int row, int o, int tap) {
    int step = axis.source(o, tap);
    return step >= 0
        && step < axis.in()
        && mask.array()[mask.offset() + row * axis.in() + step] != 0;
  }
}
