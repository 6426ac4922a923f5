package io.gradflow.common.nn;

import io.gradflow.common.array.ActivationKernels;
import io.gradflow.common.array.RowKernels;
import io.gradflow.common.array.SoftmaxKernels;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;
import io.gradflow.common.spec.Settings;

/**
 * A function applied to every element, or for softmax to every row, without parameters to train. A
 * layer of its own ({@code activation: relu}) and a component of others ({@code dense: {units: 10,
 * activation: relu}}). Stateless; forward stands beside its backward.
 */
@OneOf({
  Activation.Identity.class,
  Activation.Relu.class,
  Activation.LeakyRelu.class,
  Activation.Elu.class,
  Activation.Selu.class,
  Activation.Gelu.class,
  Activation.Silu.class,
  Activation.Sigmoid.class,
  Activation.Tanh.class,
  Activation.Softplus.class,
  Activation.Softmax.class
})
public interface Activation {
  /**
   * y = f(x) for [rows, width] elements.
   *
   * @param x read from xOffset
   * @param y overwritten from yOffset; may be x at the same offset
   */
  void forward(int rows, int width, float[] x, int xOffset, float[] y, int yOffset);

  /**
   * dx = f'(x) dy for [rows, width] elements.
   *
   * @param x what forward read; holds something else unless {@link #backwardReadsInput()}
   * @param y what forward wrote
   * @param dy gradient by y
   * @param dx overwritten with the gradient by x; may be dy at the same offset
   */
  void backward(
      int rows,
      int width,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  /** Whether backward needs x; then forward must not run in place if backward is to follow. */
  default boolean backwardReadsInput() {
    return false;
  }

  /**
   * y = f(x + b), b added to every row. May be fused; the bits are those of bias, then {@link
   * #forward}.
   *
   * @param x [rows, width], overwritten with x + b unless y is x
   * @param bias [width] from biasOffset
   */
  default void forwardWithBias(
      int rows,
      int width,
      float[] x,
      int xOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset) {
    RowKernels.addBias(rows, width, x, xOffset, bias, biasOffset);
    forward(rows, width, x, xOffset, y, yOffset);
  }

  /**
   * Backward of {@link #forwardWithBias}: dx = f'(x + b) dy in place of dy, and the bias gradient
   * added up in ascending row order. May be fused; the bits are those of {@link #backward}, then
   * column sums.
   *
   * @param x what forwardWithBias left in x
   * @param biasGradient [width] from biasOffset, added to
   */
  default void backwardWithBias(
      int rows,
      int width,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] biasGradient,
      int biasOffset) {
    backward(rows, width, x, xOffset, y, yOffset, dy, dyOffset, dy, dyOffset);
    RowKernels.columnSums(rows, width, dy, dyOffset, biasGradient, biasOffset);
  }

  /** y = x. */
  @Kind("identity")
  @Formula("y = x")
  @Doc("y = x.")
  record Identity() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      if (x != y || xo != yo) {
        System.arraycopy(x, xo, y, yo, n);
      }
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      if (dy != dx || dyo != dxo) {
        System.arraycopy(dy, dyo, dx, dxo, n);
      }
    }
  }

  /** y = max(x, 0); the derivative at 0 is 0. */
  @Kind("relu")
  @Formula("y = max(x, 0)")
  @Doc("y = max(x, 0).")
  record Relu() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.relu(n, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.reluBackward(n, y, yo, dy, dyo, dx, dxo);
    }

    @Override
    public void forwardWithBias(
        int rows, int width, float[] x, int xo, float[] bias, int bo, float[] y, int yo) {
      if (x == y && xo == yo) {
        RowKernels.addBiasRelu(rows, width, y, yo, bias, bo);
      } else {
        Elementwise.super.forwardWithBias(rows, width, x, xo, bias, bo, y, yo);
      }
    }

    @Override
    public void backwardWithBias(
        int rows,
        int width,
        float[] x,
        int xo,
        float[] y,
        int yo,
        float[] dy,
        int dyo,
        float[] biasGradient,
        int bo) {
      RowKernels.reluBackwardBias(rows, width, y, yo, dy, dyo, biasGradient, bo);
    }
  }

  /** y = x for x > 0, slope x otherwise; the derivative at 0 is slope. */
  @Kind("leakyRelu")
  @Formula("y = x for x > 0, slope x otherwise")
  @Doc("y = x for x > 0, slope x otherwise.")
  record LeakyRelu(@Doc("Slope for x below 0, at least 0.") @Default("0.01") float slope)
      implements Elementwise {
    public LeakyRelu {
      // Backward tells the branch by the sign of y.
      Settings.requireNotNegative("leakyRelu slope", slope);
    }

    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.leakyRelu(n, slope, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.leakyReluBackward(n, slope, y, yo, dy, dyo, dx, dxo);
    }
  }

  /** y = x for x > 0, alpha (exp(x) - 1) otherwise. Clevert et al. (2015), arXiv:1511.07289. */
  @Kind("elu")
  @Formula("y = x for x > 0, alpha (e^x - 1) otherwise")
  @Doc("y = x for x > 0, alpha (exp(x) - 1) otherwise.")
  record Elu(@Doc("Minus the limit for x to minus infinity, above 0.") @Default("1") float alpha)
      implements Elementwise {
    public Elu {
      Settings.requireAboveZero("elu alpha", alpha);
    }

    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.elu(n, alpha, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.eluBackward(n, alpha, y, yo, dy, dyo, dx, dxo);
    }
  }

  /** The scaled elu of self-normalising networks: Klambauer et al. (2017), arXiv:1706.02515. */
  @Kind("selu")
  @Formula("y = 1.0507 x for x > 0, 1.7581 (e^x - 1) otherwise")
  @Doc("Scaled elu with the constants of self-normalising networks.")
  record Selu() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.selu(n, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.seluBackward(n, y, yo, dy, dyo, dx, dxo);
    }
  }

  /**
   * y = x Phi(x) with the normal distribution function Phi, in the error function form (PyTorch's
   * default). Hendrycks and Gimpel (2016), arXiv:1606.08415.
   */
  @Kind("gelu")
  @Formula("y = x Phi(x) = x (1 + erf(x / sqrt(2))) / 2")
  @Doc("y = x Phi(x), with the normal distribution function Phi (error function form).")
  record Gelu() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.gelu(n, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.geluBackward(n, x, xo, dy, dyo, dx, dxo);
    }

    @Override
    public boolean backwardReadsInput() {
      return true;
    }
  }

  /** y = x sigmoid(x), also known as swish. */
  @Kind("silu")
  @Formula("y = x / (1 + e^-x)")
  @Doc("y = x sigmoid(x), also known as swish.")
  record Silu() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.silu(n, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.siluBackward(n, x, xo, dy, dyo, dx, dxo);
    }

    @Override
    public boolean backwardReadsInput() {
      return true;
    }
  }

  /** y = 1 / (1 + exp(-x)). */
  @Kind("sigmoid")
  @Formula("y = 1 / (1 + e^-x)")
  @Doc("y = 1 / (1 + exp(-x)).")
  record Sigmoid() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.sigmoid(n, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.sigmoidBackward(n, y, yo, dy, dyo, dx, dxo);
    }
  }

  /** y = tanh(x). */
  @Kind("tanh")
  @Formula("y = (e^x - e^-x) / (e^x + e^-x)")
  @Doc("y = tanh(x).")
  record Tanh() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.tanh(n, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.tanhBackward(n, y, yo, dy, dyo, dx, dxo);
    }
  }

  /** y = log(1 + exp(x)). */
  @Kind("softplus")
  @Formula("y = log(1 + e^x)")
  @Doc("y = log(1 + exp(x)).")
  record Softplus() implements Elementwise {
    @Override
    public void forward(int n, float[] x, int xo, float[] y, int yo) {
      ActivationKernels.softplus(n, x, xo, y, yo);
    }

    @Override
    public void backward(
        int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
      ActivationKernels.softplusBackward(n, y, yo, dy, dyo, dx, dxo);
    }
  }

  /** y_j = exp(x_j) / sum_k exp(x_k) for every row; dx = y (dy - sum_k y_k dy_k). */
  @Kind("softmax")
  @Formula(value = "y_j = e^x_j / sum_k e^x_k along the last axis", shapes = "[..., n] -> [..., n]")
  @Doc("y = exp(x) / sum exp(x) along the last axis.")
  record Softmax() implements Activation {
    @Override
    public void forward(int rows, int width, float[] x, int xo, float[] y, int yo) {
      SoftmaxKernels.softmaxRows(rows, width, x, xo, y, yo);
    }

    @Override
    public void backward(
        int rows,
        int width,
        float[] x,
        int xo,
        float[] y,
        int yo,
        float[] dy,
        int dyo,
        float[] dx,
        int dxo) {
      SoftmaxKernels.softmaxBackwardRows(rows, width, y, yo, dy, dyo, dx, dxo);
    }
  }
}
