package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code ActivationKernels}. Each does the whole vectors and returns how many
 * floats that was; the caller's scalar loop does the rest.
 *
 * <p>Activations with an exponential inside take two loops a chunk, the exponentials first: one
 * loop would exceed what the compiler inlines, and then each vector is boxed, ten times slower.
 */
public final class VectorActivations {
  private static final int CHUNK = Exponentials.CHUNK;

  private VectorActivations() {}

  public static int relu(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.blend(0f, v.compare(VectorOperators.LT, 0f)), y, yo + i);
    }
    return whole;
  }

  public static int reluBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    FloatVector zero = Lanes.all(0f);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(zero.blend(d, v.compare(VectorOperators.GT, 0f)), dx, dxo + i);
    }
    return whole;
  }

  public static int leakyRelu(int n, float slope, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.mul(slope).blend(v, v.compare(VectorOperators.GT, 0f)), y, yo + i);
    }
    return whole;
  }

  public static int leakyReluBackward(
      int n, float slope, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(d.mul(slope).blend(d, v.compare(VectorOperators.GT, 0f)), dx, dxo + i);
    }
    return whole;
  }

  public static int elu(int n, float scale, float alpha, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector negative = Lanes.all(alpha).mul(VectorMath.expm1(v));
      Lanes.store(negative.blend(v.mul(scale), v.compare(VectorOperators.GT, 0f)), y, yo + i);
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
      FloatVector slope = v.add(alpha).blend(scale, v.compare(VectorOperators.GT, 0f));
      Lanes.store(slope.mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int gelu(int n, float sqrtHalf, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      erfExponents(end, sqrtHalf, x, xo + from, e);
      Exponentials.compute(Exponentials.SHIFTED, end, 0f, e, 0, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = Lanes.load(x, xo + from + i);
        FloatVector half = v.mul(0.5f);
        FloatVector erf = VectorMath.erf(v.mul(sqrtHalf), Lanes.load(e, i));
        Lanes.store(half.fma(erf, half), y, yo + from + i);
      }
    }
    return whole;
  }

  public static int geluBackward(
      int n,
      float sqrtHalf,
      float densityAtZero,
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.MINUS_HALF_SQUARE, end, 0f, x, xo + from, e);
      System.arraycopy(e, 0, e, CHUNK, end);
      erfExponents(end, sqrtHalf, x, xo + from, e);
      Exponentials.compute(Exponentials.SHIFTED, end, 0f, e, 0, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = Lanes.load(x, xo + from + i);
        FloatVector d = Lanes.load(dy, dyo + from + i);
        FloatVector half = Lanes.all(0.5f);
        FloatVector erf = VectorMath.erf(v.mul(sqrtHalf), Lanes.load(e, i));
        FloatVector distribution = half.fma(erf, half);
        FloatVector density = Lanes.load(e, CHUNK + i).mul(densityAtZero);
        Lanes.store(v.fma(density, distribution).mul(d), dx, dxo + from + i);
      }
    }
    return whole;
  }

  public static int geluTanh(
      int n, float scale, float cubic, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      geluInners(end, scale, cubic, x, xo + from, e);
      Exponentials.compute(Exponentials.DOUBLE_MAGNITUDE, end, 0f, e, CHUNK, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = Lanes.load(x, xo + from + i);
        FloatVector half = v.mul(0.5f);
        FloatVector t = VectorMath.tanh(Lanes.load(e, CHUNK + i), Lanes.load(e, i));
        Lanes.store(half.fma(t, half), y, yo + from + i);
      }
    }
    return whole;
  }

  public static int geluTanhBackward(
      int n,
      float scale,
      float cubic,
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      geluInners(end, scale, cubic, x, xo + from, e);
      Exponentials.compute(Exponentials.DOUBLE_MAGNITUDE, end, 0f, e, CHUNK, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = Lanes.load(x, xo + from + i);
        FloatVector d = Lanes.load(dy, dyo + from + i);
        FloatVector t = VectorMath.tanh(Lanes.load(e, CHUNK + i), Lanes.load(e, i));
        FloatVector square = v.mul(cubic).mul(v);
        FloatVector slope = square.fma(Lanes.all(3f), Lanes.all(1f)).mul(scale);
        FloatVector curve = v.mul(0.5f).mul(Lanes.all(-0f).add(t).neg().fma(t, Lanes.all(1f)));
        FloatVector half = Lanes.all(0.5f);
        Lanes.store(curve.fma(slope, half.fma(t, half)).mul(d), dx, dxo + from + i);
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
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = Lanes.load(x, xo + from + i);
        Lanes.store(v.mul(VectorMath.sigmoid(v, Lanes.load(e, i))), y, yo + from + i);
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
      for (int i = 0; i < end; i += Lanes.COUNT) {
        FloatVector v = Lanes.load(x, xo + from + i);
        FloatVector d = Lanes.load(dy, dyo + from + i);
        FloatVector one = Lanes.all(1f);
        FloatVector s = VectorMath.sigmoid(v, Lanes.load(e, i));
        Lanes.store(v.fma(one.sub(s), one).mul(s).mul(d), dx, dxo + from + i);
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
      for (int i = 0; i < end; i += Lanes.COUNT) {
        Lanes.store(
            VectorMath.sigmoid(Lanes.load(x, xo + from + i), Lanes.load(e, i)), y, yo + from + i);
      }
    }
    return whole;
  }

  public static int sigmoidBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(v.mul(Lanes.all(1f).sub(v)).mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int tanh(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    float[] e = Exponentials.scratch();
    for (int from = 0; from < whole; from += CHUNK) {
      int end = Math.min(CHUNK, whole - from);
      Exponentials.compute(Exponentials.DOUBLE_MAGNITUDE, end, 0f, x, xo + from, e);
      for (int i = 0; i < end; i += Lanes.COUNT) {
        Lanes.store(
            VectorMath.tanh(Lanes.load(x, xo + from + i), Lanes.load(e, i)), y, yo + from + i);
      }
    }
    return whole;
  }

  public static int tanhBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(v.neg().fma(v, Lanes.all(1f)).mul(d), dx, dxo + i);
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

  /** e = log(erfc(|scale x|)). */
  private static void erfExponents(int n, float scale, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      Lanes.store(VectorMath.erfExponent(Lanes.load(x, xo + i).mul(scale)), e, i);
    }
  }

  /** The second chunk of e = scale (x + cubic x^3). */
  private static void geluInners(int n, float scale, float cubic, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.mul(cubic).mul(v).fma(v, v).mul(scale), e, CHUNK + i);
    }
  }
}
