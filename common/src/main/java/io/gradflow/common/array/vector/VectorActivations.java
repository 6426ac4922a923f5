package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code ActivationKernels}. Each does the whole vectors and returns how many
 * floats that was; the caller's scalar loop does the rest.
 */
public final class VectorActivations {
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
      FloatVector negative = VectorMath.expm1(v).mul(alpha);
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
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector half = v.mul(0.5f);
      Lanes.store(half.fma(VectorMath.erf(v.mul(sqrtHalf)), half), y, yo + i);
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
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      FloatVector half = Lanes.all(0.5f);
      FloatVector distribution = half.fma(VectorMath.erf(v.mul(sqrtHalf)), half);
      FloatVector density = VectorMath.exp(v.mul(-0.5f).mul(v)).mul(densityAtZero);
      Lanes.store(v.fma(density, distribution).mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int geluTanh(
      int n, float scale, float cubic, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector half = v.mul(0.5f);
      FloatVector inner = v.mul(cubic).mul(v).fma(v, v).mul(scale);
      Lanes.store(half.fma(VectorMath.tanh(inner), half), y, yo + i);
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
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      FloatVector square = v.mul(cubic).mul(v);
      FloatVector t = VectorMath.tanh(square.fma(v, v).mul(scale));
      FloatVector slope = square.fma(Lanes.all(3f), Lanes.all(1f)).mul(scale);
      FloatVector curve = v.mul(0.5f).mul(t.neg().fma(t, Lanes.all(1f)));
      FloatVector half = Lanes.all(0.5f);
      Lanes.store(curve.fma(slope, half.fma(t, half)).mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int silu(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.mul(VectorMath.sigmoid(v)), y, yo + i);
    }
    return whole;
  }

  public static int siluBackward(
      int n, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      FloatVector one = Lanes.all(1f);
      FloatVector s = VectorMath.sigmoid(v);
      Lanes.store(s.mul(v.fma(one.sub(s), one)).mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int sigmoid(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(VectorMath.sigmoid(v), y, yo + i);
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
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(VectorMath.tanh(v), y, yo + i);
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
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(VectorMath.softplus(v), y, yo + i);
    }
    return whole;
  }

  public static int softplusBackward(
      int n, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(y, yo + i);
      FloatVector d = Lanes.load(dy, dyo + i);
      Lanes.store(VectorMath.expm1(v.neg()).neg().mul(d), dx, dxo + i);
    }
    return whole;
  }

  public static int exp(int n, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(VectorMath.exp(v), y, yo + i);
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
}
