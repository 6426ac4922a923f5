package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorActivations;

/**
 * Activations and their gradients over n contiguous floats. Forward reads x and writes y, which may
 * be the same place. Backward multiplies the gradient dy by the derivative into dx, which may be
 * the place of dy; it takes whichever of output y and input x suffices, as its parameter's name
 * says.
 *
 * <p>The same bits with and without the Vector API: whole vectors by the vector twin, the rest by
 * the scalar loop of the same operations.
 */
public final class ActivationKernels {
  private static final float SELU_SCALE = 1.050701f;
  private static final float SELU_ALPHA = 1.6732632f;
  private static final float SQRT_HALF = 0.70710677f;

  /** 1 / sqrt(2 pi). */
  private static final float NORMAL_DENSITY_AT_0 = 0.3989423f;

  /** sqrt(2 / pi), the tanh form of gelu. */
  private static final float SQRT_2_OVER_PI = 0.7978846f;

  private static final float GELU_CUBIC = 0.044715f;

  private ActivationKernels() {}

  /** y = max(x, 0); NaN stays, so that divergence is seen. */
  public static void relu(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.relu(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      y[yo + i] = v < 0f ? 0f : v;
    }
  }

  /** dx = dy where y > 0, else 0. */
  public static void reluBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int i = VectorSupport.ENABLED ? VectorActivations.reluBackward(n, y, yo, dy, dyo, dx, dxo) : 0;
    for (; i < n; i++) {
      dx[dxo + i] = y[yo + i] > 0f ? dy[dyo + i] : 0f;
    }
  }

  /** y = x where x > 0, else slope x. */
  public static void leakyRelu(int n, float slope, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.leakyRelu(n, slope, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      y[yo + i] = v > 0f ? v : slope * v;
    }
  }

  /**
   * dx = dy where y > 0, else slope dy.
   *
   * @param slope not negative: the sign of y must be that of x
   */
  public static void leakyReluBackward(
      int n, float slope, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int i =
        VectorSupport.ENABLED
            ? VectorActivations.leakyReluBackward(n, slope, y, yo, dy, dyo, dx, dxo)
            : 0;
    for (; i < n; i++) {
      float d = dy[dyo + i];
      dx[dxo + i] = y[yo + i] > 0f ? d : slope * d;
    }
  }

  /** y = x where x > 0, else alpha (e^x - 1). */
  public static void elu(int n, float alpha, float[] x, int xo, float[] y, int yo) {
    scaledElu(n, 1f, alpha, x, xo, y, yo);
  }

  /**
   * dx = dy where y > 0, else (y + alpha) dy.
   *
   * @param alpha not negative
   */
  public static void eluBackward(
      int n, float alpha, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    scaledEluBackward(n, 1f, alpha, y, yo, dy, dyo, dx, dxo);
  }

  /** elu scaled to keep mean 0 and variance 1 (Klambauer et al. 2017). */
  public static void selu(int n, float[] x, int xo, float[] y, int yo) {
    scaledElu(n, SELU_SCALE, SELU_SCALE * SELU_ALPHA, x, xo, y, yo);
  }

  public static void seluBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    scaledEluBackward(n, SELU_SCALE, SELU_SCALE * SELU_ALPHA, y, yo, dy, dyo, dx, dxo);
  }

  private static void scaledElu(
      int n, float scale, float alpha, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.elu(n, scale, alpha, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      y[yo + i] = v > 0f ? scale * v : alpha * FloatMath.expm1(v);
    }
  }

  private static void scaledEluBackward(
      int n,
      float scale,
      float alpha,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    int i =
        VectorSupport.ENABLED
            ? VectorActivations.eluBackward(n, scale, alpha, y, yo, dy, dyo, dx, dxo)
            : 0;
    for (; i < n; i++) {
      float v = y[yo + i];
      dx[dxo + i] = (v > 0f ? scale : v + alpha) * dy[dyo + i];
    }
  }

  /** y = x Phi(x), Phi the normal distribution function, by erf. */
  public static void gelu(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.gelu(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      float half = 0.5f * v;
      y[yo + i] = Math.fma(half, FloatMath.erf(v * SQRT_HALF), half);
    }
  }

  /** dx = (Phi(x) + x phi(x)) dy. */
  public static void geluBackward(
      int n, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
    int i = VectorSupport.ENABLED ? VectorActivations.geluBackward(n, x, xo, dy, dyo, dx, dxo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      float distribution = Math.fma(0.5f, FloatMath.erf(v * SQRT_HALF), 0.5f);
      float density = NORMAL_DENSITY_AT_0 * FloatMath.exp(-0.5f * v * v);
      dx[dxo + i] = Math.fma(v, density, distribution) * dy[dyo + i];
    }
  }

  /** y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 (Hendrycks and Gimpel 2016). */
  public static void geluTanh(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.geluTanh(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      float half = 0.5f * v;
      float inner = SQRT_2_OVER_PI * Math.fma(GELU_CUBIC * v * v, v, v);
      y[yo + i] = Math.fma(half, FloatMath.tanh(inner), half);
    }
  }

  public static void geluTanhBackward(
      int n, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
    int i =
        VectorSupport.ENABLED ? VectorActivations.geluTanhBackward(n, x, xo, dy, dyo, dx, dxo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      float cubic = GELU_CUBIC * v * v;
      float t = FloatMath.tanh(SQRT_2_OVER_PI * Math.fma(cubic, v, v));
      float slope = SQRT_2_OVER_PI * Math.fma(3f, cubic, 1f);
      float curve = 0.5f * v * Math.fma(-t, t, 1f);
      dx[dxo + i] = Math.fma(curve, slope, Math.fma(0.5f, t, 0.5f)) * dy[dyo + i];
    }
  }

  /** y = x sigmoid(x). */
  public static void silu(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.silu(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      y[yo + i] = v * FloatMath.sigmoid(v);
    }
  }

  /** dx = s (1 + x (1 - s)) dy, s = sigmoid(x). */
  public static void siluBackward(
      int n, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
    int i = VectorSupport.ENABLED ? VectorActivations.siluBackward(n, x, xo, dy, dyo, dx, dxo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      float s = FloatMath.sigmoid(v);
      dx[dxo + i] = s * Math.fma(v, 1f - s, 1f) * dy[dyo + i];
    }
  }

  /** y = 1 / (1 + e^-x). */
  public static void sigmoid(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.sigmoid(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = FloatMath.sigmoid(x[xo + i]);
    }
  }

  /** dx = y (1 - y) dy. */
  public static void sigmoidBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int i =
        VectorSupport.ENABLED ? VectorActivations.sigmoidBackward(n, y, yo, dy, dyo, dx, dxo) : 0;
    for (; i < n; i++) {
      float v = y[yo + i];
      dx[dxo + i] = v * (1f - v) * dy[dyo + i];
    }
  }

  /** y = tanh(x). */
  public static void tanh(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.tanh(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = FloatMath.tanh(x[xo + i]);
    }
  }

  /** dx = (1 - y^2) dy. */
  public static void tanhBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int i = VectorSupport.ENABLED ? VectorActivations.tanhBackward(n, y, yo, dy, dyo, dx, dxo) : 0;
    for (; i < n; i++) {
      float v = y[yo + i];
      dx[dxo + i] = Math.fma(-v, v, 1f) * dy[dyo + i];
    }
  }

  /** y = log(1 + e^x). */
  public static void softplus(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.softplus(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = FloatMath.softplus(x[xo + i]);
    }
  }

  /** dx = sigmoid(x) dy, where sigmoid(x) = 1 - e^-y. */
  public static void softplusBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int i =
        VectorSupport.ENABLED ? VectorActivations.softplusBackward(n, y, yo, dy, dyo, dx, dxo) : 0;
    for (; i < n; i++) {
      dx[dxo + i] = -FloatMath.expm1(-y[yo + i]) * dy[dyo + i];
    }
  }

  /** y = e^x; its gradient is dy y, {@link ArrayKernels#multiply}. */
  public static void exp(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.exp(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = FloatMath.exp(x[xo + i]);
    }
  }

  /** y = log(x); its gradient is dy / x, {@link ArrayKernels#divide}. */
  public static void log(int n, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorActivations.log(n, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = FloatMath.log(x[xo + i]);
    }
  }
}
