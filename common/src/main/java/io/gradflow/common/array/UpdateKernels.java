package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorUpdates;

/**
 * Steps of optimizers over a slice of n parameters: gradient g (the mean, read only), state and
 * weights w updated in place. The caller computes everything that is one number a step.
 */
public final class UpdateKernels {
  private UpdateKernels() {}

  /** w -= learningRate g. */
  public static void sgd(int n, float learningRate, float[] g, int go, float[] w, int wo) {
    ArrayKernels.axpy(n, -learningRate, g, go, w, wo);
  }

  /** v = momentum v + g; w -= learningRate v (heavy ball, as PyTorch does). */
  public static void momentum(
      int n,
      float learningRate,
      float momentum,
      float[] g,
      int go,
      float[] v,
      int vo,
      float[] w,
      int wo) {
    int i =
        VectorSupport.ENABLED
            ? VectorUpdates.momentum(n, learningRate, momentum, g, go, v, vo, w, wo)
            : 0;
    for (; i < n; i++) {
      float velocity = Math.fma(momentum, v[vo + i], g[go + i]);
      v[vo + i] = velocity;
      w[wo + i] = Math.fma(-learningRate, velocity, w[wo + i]);
    }
  }

  /** v = momentum v + g; w -= learningRate (g + momentum v) (Nesterov, as PyTorch does). */
  public static void nesterov(
      int n,
      float learningRate,
      float momentum,
      float[] g,
      int go,
      float[] v,
      int vo,
      float[] w,
      int wo) {
    int i =
        VectorSupport.ENABLED
            ? VectorUpdates.nesterov(n, learningRate, momentum, g, go, v, vo, w, wo)
            : 0;
    for (; i < n; i++) {
      float gradient = g[go + i];
      float velocity = Math.fma(momentum, v[vo + i], gradient);
      v[vo + i] = velocity;
      w[wo + i] = Math.fma(-learningRate, Math.fma(momentum, velocity, gradient), w[wo + i]);
    }
  }

  /**
   * Adam (Kingma and Ba 2015) with decoupled decay (Loshchilov and Hutter 2019): m += share1 (g -
   * m); v += share2 (g^2 - v); w = shrink w - stepSize m / (secondScale sqrt(v) + epsilon).
   *
   * @param share1 1 - beta1, taken in double: 1f - 0.999f is 5e-5 off
   * @param share2 1 - beta2, likewise
   * @param stepSize learning rate / (1 - beta1^t)
   * @param secondScale 1 / sqrt(1 - beta2^t)
   * @param shrink 1 - learning rate * weight decay; 1 without decay
   */
  public static void adam(
      int n,
      float stepSize,
      float share1,
      float share2,
      float secondScale,
      float epsilon,
      float shrink,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo,
      float[] w,
      int wo) {
    int i =
        VectorSupport.ENABLED
            ? VectorUpdates.adam(
                n,
                stepSize,
                share1,
                share2,
                secondScale,
                epsilon,
                shrink,
                g,
                go,
                m,
                mo,
                v,
                vo,
                w,
                wo)
            : 0;
    for (; i < n; i++) {
      float gradient = g[go + i];
      float first = Math.fma(share1, gradient - m[mo + i], m[mo + i]);
      float second = Math.fma(share2, Math.fma(gradient, gradient, -v[vo + i]), v[vo + i]);
      m[mo + i] = first;
      v[vo + i] = second;
      float denominator = Math.fma(secondScale, (float) Math.sqrt(second), epsilon);
      w[wo + i] = Math.fma(shrink, w[wo + i], -(stepSize * first / denominator));
    }
  }

  /**
   * The direction of Adam in place of the gradient, for chains of transforms: state as in {@link
   * #adam}, then g = firstScale m / (secondScale sqrt(v) + epsilon).
   *
   * @param share1 1 - beta1, taken in double
   * @param share2 1 - beta2, likewise
   * @param firstScale 1 / (1 - beta1^t)
   * @param secondScale 1 / sqrt(1 - beta2^t)
   */
  public static void scaleByAdam(
      int n,
      float share1,
      float share2,
      float firstScale,
      float secondScale,
      float epsilon,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    int i =
        VectorSupport.ENABLED
            ? VectorUpdates.scaleByAdam(
                n, share1, share2, firstScale, secondScale, epsilon, g, go, m, mo, v, vo)
            : 0;
    for (; i < n; i++) {
      float gradient = g[go + i];
      float first = Math.fma(share1, gradient - m[mo + i], m[mo + i]);
      float second = Math.fma(share2, Math.fma(gradient, gradient, -v[vo + i]), v[vo + i]);
      m[mo + i] = first;
      v[vo + i] = second;
      float denominator = Math.fma(secondScale, (float) Math.sqrt(second), epsilon);
      g[go + i] = firstScale * first / denominator;
    }
  }

  /** g += l1 sign(w), for L1 regularization; sign(0) = 0. */
  public static void addSign(int n, float l1, float[] w, int wo, float[] g, int go) {
    int i = VectorSupport.ENABLED ? VectorUpdates.addSign(n, l1, w, wo, g, go) : 0;
    for (; i < n; i++) {
      float weight = w[wo + i];
      g[go + i] += weight > 0f ? l1 : weight < 0f ? -l1 : 0f;
    }
  }
}
