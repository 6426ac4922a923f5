package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code RunKernels}. Each does the whole vectors of every run, one vector's
 * columns along all runs at a time, and returns how many columns that was.
 */
public final class VectorRuns {
  private static final FloatVector ZERO = FloatVector.zero(Lanes.FLOATS);

  private VectorRuns() {}

  public static int copy(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        Lanes.store(Lanes.load(x, xo + j + i * xs), y, yo + j + i * ys);
      }
    }
    return whole;
  }

  public static int add(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        int to = yo + j + i * ys;
        Lanes.store(Lanes.load(y, to).add(Lanes.load(x, xo + j + i * xs)), y, to);
      }
    }
    return whole;
  }

  public static int multiplyAdd(
      int count,
      int width,
      float[] x,
      int xo,
      int xs,
      float[] w,
      int wo,
      float[] y,
      int yo,
      int ys) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector factors = Lanes.load(w, wo + j);
      for (int i = 0; i < count; i++) {
        int to = yo + j + i * ys;
        Lanes.store(Lanes.load(x, xo + j + i * xs).fma(factors, Lanes.load(y, to)), y, to);
      }
    }
    return whole;
  }

  public static int dot(
      int count,
      int width,
      float[] x,
      int xo,
      int xs,
      float[] y,
      int yo,
      int ys,
      float[] sums,
      int so) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector sum = Lanes.load(sums, so + j);
      for (int i = 0; i < count; i++) {
        sum = Lanes.load(x, xo + j + i * xs).fma(Lanes.load(y, yo + j + i * ys), sum);
      }
      Lanes.store(sum, sums, so + j);
    }
    return whole;
  }

  public static int max(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        int to = yo + j + i * ys;
        FloatVector v = Lanes.load(x, xo + j + i * xs);
        FloatVector best = Lanes.load(y, to);
        // Not (v <= best): v is larger, or one of them is NaN; a NaN in best then stays.
        VectorMask<Float> keep =
            v.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
        Lanes.store(v.blend(best, keep), y, to);
      }
    }
    return whole;
  }

  public static int maxBackward(
      int count,
      int width,
      float[] x,
      int xo,
      int xs,
      float[] y,
      int yo,
      int ys,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        int at = j + i * xs;
        int out = j + i * ys;
        FloatVector rest = Lanes.load(dy, dyo + out);
        VectorMask<Float> hit =
            Lanes.load(x, xo + at).compare(VectorOperators.EQ, Lanes.load(y, yo + out));
        Lanes.store(Lanes.load(dx, dxo + at).add(ZERO.blend(rest, hit)), dx, dxo + at);
        Lanes.store(rest.blend(ZERO, hit), dy, dyo + out);
      }
    }
    return whole;
  }

  public static int maxOfFour(
      int count, int width, float[] x, int upper, int lower, float[] y, int yo) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        int left = 2 * i * width + j;
        int right = left + width;
        FloatVector v = larger(Lanes.load(x, upper + left), Lanes.load(x, upper + right));
        v = larger(v, Lanes.load(x, lower + left));
        Lanes.store(larger(v, Lanes.load(x, lower + right)), y, yo + j + i * width);
      }
    }
    return whole;
  }

  /** v where it is larger than best or NaN. */
  private static FloatVector larger(FloatVector best, FloatVector v) {
    VectorMask<Float> keep =
        v.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
    return v.blend(best, keep);
  }

  public static int maxOfFourBackward(
      int count,
      int width,
      float[] x,
      int upper,
      int lower,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dUpper,
      int dLower) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        int left = 2 * i * width + j;
        int right = left + width;
        FloatVector best = Lanes.load(y, yo + j + i * width);
        FloatVector d = ZERO.add(Lanes.load(dy, dyo + j + i * width));
        VectorMask<Float> a = Lanes.load(x, upper + left).compare(VectorOperators.EQ, best);
        VectorMask<Float> b = Lanes.load(x, upper + right).compare(VectorOperators.EQ, best);
        VectorMask<Float> c = Lanes.load(x, lower + left).compare(VectorOperators.EQ, best);
        VectorMask<Float> e = Lanes.load(x, lower + right).compare(VectorOperators.EQ, best);
        Lanes.store(ZERO.blend(d, a), dx, dUpper + left);
        // What is left of the gradient after each tap.
        FloatVector rest = d.blend(ZERO, a);
        Lanes.store(ZERO.blend(rest, b), dx, dUpper + right);
        rest = rest.blend(ZERO, b);
        Lanes.store(ZERO.blend(rest, c), dx, dLower + left);
        rest = rest.blend(ZERO, c);
        Lanes.store(ZERO.blend(rest, e), dx, dLower + right);
      }
    }
    return whole;
  }
}
