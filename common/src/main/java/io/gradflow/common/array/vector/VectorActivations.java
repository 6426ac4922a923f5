package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code ActivationKernels}. Each does the whole vectors and returns how many
 * floats that was; the caller's scalar loop does the rest.
 *
 * <p>Activations with an exponential inside go chunk by chunk: {@link Exponentials}, then a loop
 * that uses them.
 */
public final class VectorActivations {
  private static final int CHUNK = Exponentials.CHUNK;

  private static final FloatVector ZERO = Lanes.all(0f);
  private static final FloatVector HALF = Lanes.all(0.5f);
  private static final FloatVector ONE = Lanes.all(1f);
  private static final float NORMAL_DENSITY_AT_0 = 0.3989423f;
  private static final FloatVector SQRT_2_OVER_PI = Lanes.all(0.7978846f);
  private static final FloatVector GELU_CUBIC = Lanes.all(0.044715f);

  private VectorActivations() {}

  public static int relu(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.blend(ZERO, v.compare(VectorOperators.LT, ZERO)), y, yo + i);
    }
    return whole;
  }

  public static int reluBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    FloatVector zero = ZERO;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(zero.blend(d, v.compare(VectorOperators.GT, ZERO)), dx, dxo + i);
    }
    return whole;
  }

  public static int leakyRelu(int n, float slope, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.mul(Lanes.all(slope)).blend(v, v.compare(VectorOperators.GT, ZERO)), y, yo + i);
    }
    return whole;
  }

  public static int leakyReluBackward(
      int n, float slope, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(
          d.mul(Lanes.all(slope)).blend(d, v.compare(VectorOperators.GT, ZERO)), dx, dxo + i);
    }
    return whole;
  }

  public static int elu(int n, float scale, float alpha, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector negative = Lanes.all(alpha).mul(VectorMath.expm1(v));
      Lanes.store(
          negative.blend(v.mul(Lanes.all(scale)), v.compare(VectorOperators.GT, ZERO)), y, yo + i);
    }
    return whole;
  }

  public static int eluBackward(
      int n,
      float scale,
      float alpha,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      FloatVector slope =
          v.add(Lanes.all(alpha)).blend(Lanes.all(scale), v.compare(VectorOperators.GT, ZERO));
      Lanes.store(slope.mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int gelu(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      ErrorFunction.exponents(end, x, xo + from, e);
      Exponentials.compute(Exponentials.SHIFTED, end, 0f, e, 0, e);
      ErrorFunction.finish(end, x, xo + from, e);
      // Plain, for the compiler to vectorise: as vectors this boxed one of them a turn.
      for (int i = 0; i < end; i++) {
        float half = 0.5f * x[xo + from + i];
        y[yo + from + i] = Math.fma(half, e[i], half);
      }
    }
    return whole;
  }

  public static int geluBackward(
      int n, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.MINUS_HALF_SQUARE, end, 0f, x, xo + from, e);
      System.arraycopy(e, 0, e, CHUNK, end);
      ErrorFunction.exponents(end, x, xo + from, e);
      Exponentials.compute(Exponentials.SHIFTED, end, 0f, e, 0, e);
      ErrorFunction.finish(end, x, xo + from, e);
      for (int i = 0; i < end; i++) {
        float distribution = Math.fma(0.5f, e[i], 0.5f);
        float density = NORMAL_DENSITY_AT_0 * e[CHUNK + i];
        dx[dxo + from + i] = Math.fma(x[xo + from + i], density, distribution) * dy[dyo + from + i];
      }
    }
    return whole;
  }

  public static int geluTanh(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      geluInners(end, x, xo + from, e);
      Exponentials.compute(Exponentials.DOUBLE_MAGNITUDE, end, 0f, e, CHUNK, e);
      VectorMath.squash(true, end, e, CHUNK, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector half = Lanes.load(x, xo + from + i).mul(HALF);
        Lanes.store(half.fma(Lanes.load(e, i), half), y, yo + from + i);
      }
    }
    return whole;
  }

  public static int geluTanhBackward(
      int n, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      geluInners(end, x, xo + from, e);
      Exponentials.compute(Exponentials.DOUBLE_MAGNITUDE, end, 0f, e, CHUNK, e);
      VectorMath.squash(true, end, e, CHUNK, e);
      // Plain, for the compiler to vectorise: as vectors this loop boxed one of them a turn.
      for (int i = 0; i < end; i++) {
        float v = x[xo + from + i];
        float t = e[i];
        float cubic = 0.044715f * v * v;
        float slope = 0.7978846f * Math.fma(3f, cubic, 1f);
        float curve = 0.5f * v * Math.fma(-t, t, 1f);
        dx[dxo + from + i] = Math.fma(curve, slope, Math.fma(0.5f, t, 0.5f)) * dy[dyo + from + i];
      }
    }
    return whole;
  }

  public static int silu(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.MINUS_MAGNITUDE, end, 0f, x, xo + from, e);
      VectorMath.squash(false, end, x, xo + from, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        Lanes.store(Lanes.load(x, xo + from + i).mul(Lanes.load(e, i)), y, yo + from + i);
      }
    }
    return whole;
  }

  public static int siluBackward(
      int n, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.MINUS_MAGNITUDE, end, 0f, x, xo + from, e);
      VectorMath.squash(false, end, x, xo + from, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = Lanes.load(x, xo + from + i);
        FloatVector d = Lanes.load(dy, dyo + from + i);
        FloatVector s = Lanes.load(e, i);
        Lanes.store(v.fma(ONE.sub(s), ONE).mul(s).mul(d), dx, dxo + from + i);
      }
    }
    return whole;
  }

  public static int sigmoid(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.MINUS_MAGNITUDE, end, 0f, x, xo + from, e);
      VectorMath.squash(false, end, x, xo + from, e);
      System.arraycopy(e, 0, y, yo + from, end);
    }
    return whole;
  }

  public static int sigmoidBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(v.mul(ONE.sub(v)).mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int tanh(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.DOUBLE_MAGNITUDE, end, 0f, x, xo + from, e);
      VectorMath.squash(true, end, x, xo + from, e);
      System.arraycopy(e, 0, y, yo + from, end);
    }
    return whole;
  }

  public static int tanhBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(v.neg().fma(v, ONE).mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int softplus(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.MINUS_MAGNITUDE, end, 0f, x, xo + from, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        Lanes.store(
            VectorMath.softplus(Lanes.load(x, xo + from + i), Lanes.load(e, i)), y, yo + from + i);
      }
    }
    return whole;
  }

  public static int softplusBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(d.neg().mul(VectorMath.expm1(v.neg())), dx, dxo + i);
    }
    return whole;
  }

  public static int exp(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.SHIFTED, end, 0f, x, xo + from, e);
      System.arraycopy(e, 0, y, yo + from, end);
    }
    return whole;
  }

  public static int log(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(VectorMath.log(v), y, yo + i);
    }
    return whole;
  }

  /** The second chunk of e = sqrt(2 / pi) (x + 0.044715 x^3). */
  private static void geluInners(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.mul(GELU_CUBIC).mul(v).fma(v, v).mul(SQRT_2_OVER_PI), e, CHUNK + i);
    }
  }
}
