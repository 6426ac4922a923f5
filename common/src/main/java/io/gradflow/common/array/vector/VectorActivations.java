package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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

  private static final FloatVector ZERO = Lanes.constant(0f);
  private static final FloatVector HALF = Lanes.constant(0.5f);
  private static final FloatVector ONE = Lanes.constant(1f);
  private static final float NORMAL_DENSITY_AT_0 = 0.3989423f;
  private static final FloatVector SQRT_2_OVER_PI = Lanes.constant(0.7978846f);
  private static final FloatVector GELU_CUBIC = Lanes.constant(0.044715f);

  private VectorActivations() {}

  public static int relu(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
      TYPE.cast(v.blend(ZERO, v.compare(VectorOperators.LT, ZERO))).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int reluBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, y, yo + i);
      FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo + i);
      TYPE.cast(ZERO.blend(d, v.compare(VectorOperators.GT, ZERO))).intoArray(dx, dxo + i);
    }
    return whole;
  }

  public static int leakyRelu(int n, float slope, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    FloatVector slopes = FloatVector.broadcast(FLOATS, slope);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
      TYPE.cast(v.mul(slopes).blend(v, v.compare(VectorOperators.GT, ZERO))).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int leakyReluBackward(
      int n, float slope, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    FloatVector slopes = FloatVector.broadcast(FLOATS, slope);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, y, yo + i);
      FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo + i);
      TYPE.cast(d.mul(slopes).blend(d, v.compare(VectorOperators.GT, ZERO))).intoArray(dx, dxo + i);
    }
    return whole;
  }

  public static int elu(int n, float scale, float alpha, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      VectorMath.expm1(end, x, xo + from, e);
      FloatVector scales = FloatVector.broadcast(FLOATS, scale);
      FloatVector alphas = FloatVector.broadcast(FLOATS, alpha);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + from + i);
        FloatVector negative = alphas.mul(FloatVector.fromArray(FLOATS, e, i));
        VectorMask<Float> positive = v.compare(VectorOperators.GT, ZERO);
        TYPE.cast(negative.blend(v.mul(scales), positive)).intoArray(y, yo + from + i);
      }
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
    FloatVector scales = FloatVector.broadcast(FLOATS, scale);
    FloatVector alphas = FloatVector.broadcast(FLOATS, alpha);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, y, yo + i);
      FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo + i);
      FloatVector slope = v.add(alphas).blend(scales, v.compare(VectorOperators.GT, ZERO));
      TYPE.cast(slope.mul(d)).intoArray(dx, dxo + i);
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
      VectorMath.tanh(end, e, CHUNK, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector half = FloatVector.fromArray(FLOATS, x, xo + from + i).mul(HALF);
        TYPE.cast(half.fma(FloatVector.fromArray(FLOATS, e, i), half)).intoArray(y, yo + from + i);
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
      VectorMath.tanh(end, e, CHUNK, e);
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
      VectorMath.sigmoid(end, x, xo + from, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + from + i);
        FloatVector s = FloatVector.fromArray(FLOATS, e, i);
        TYPE.cast(v.mul(s)).intoArray(y, yo + from + i);
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
      VectorMath.sigmoid(end, x, xo + from, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + from + i);
        FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo + from + i);
        FloatVector s = FloatVector.fromArray(FLOATS, e, i);
        TYPE.cast(v.fma(ONE.sub(s), ONE).mul(s).mul(d)).intoArray(dx, dxo + from + i);
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
      VectorMath.sigmoid(end, x, xo + from, e);
      System.arraycopy(e, 0, y, yo + from, end);
    }
    return whole;
  }

  public static int sigmoidBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, y, yo + i);
      FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo + i);
      TYPE.cast(v.mul(ONE.sub(v)).mul(d)).intoArray(dx, dxo + i);
    }
    return whole;
  }

  public static int tanh(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.DOUBLE_MAGNITUDE, end, 0f, x, xo + from, e);
      VectorMath.tanh(end, x, xo + from, e);
      System.arraycopy(e, 0, y, yo + from, end);
    }
    return whole;
  }

  public static int tanhBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, y, yo + i);
      FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo + i);
      TYPE.cast(v.neg().fma(v, ONE).mul(d)).intoArray(dx, dxo + i);
    }
    return whole;
  }

  public static int softplus(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.MINUS_MAGNITUDE, end, 0f, x, xo + from, e);
      VectorMath.softplus(end, x, xo + from, e);
      System.arraycopy(e, 0, y, yo + from, end);
    }
    return whole;
  }

  public static int softplusBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      for (int i = 0; i < end; i++) {
        e[i] = -y[yo + from + i];
      }
      VectorMath.expm1(end, e, 0, e);
      for (int i = 0; i < end; i++) {
        dx[dxo + from + i] = -dy[dyo + from + i] * e[i];
      }
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
    VectorMath.log(whole, x, xo, y, yo);
    return whole;
  }

  /** The second chunk of e = sqrt(2 / pi) (x + 0.044715 x^3). */
  private static void geluInners(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
      TYPE.cast(v.mul(GELU_CUBIC).mul(v).fma(v, v).mul(SQRT_2_OVER_PI)).intoArray(e, CHUNK + i);
    }
  }
}
