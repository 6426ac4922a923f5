package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code RunKernels}. Each does the whole vectors of every run, one vector's
 * columns along all runs at a time, and returns how many columns that was.
 */
public final class VectorRuns {
  private static final FloatVector ZERO = Lanes.constant(0f);

  private VectorRuns() {}

  public static int copy(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        TYPE.cast(FloatVector.fromArray(FLOATS, x, xo + j + i * xs)).intoArray(y, yo + j + i * ys);
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
        FloatVector sum = FloatVector.fromArray(FLOATS, y, to);
        TYPE.cast(sum.add(FloatVector.fromArray(FLOATS, x, xo + j + i * xs))).intoArray(y, to);
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
      FloatVector factors = FloatVector.fromArray(FLOATS, w, wo + j);
      for (int i = 0; i < count; i++) {
        int to = yo + j + i * ys;
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + j + i * xs);
        TYPE.cast(v.fma(factors, FloatVector.fromArray(FLOATS, y, to))).intoArray(y, to);
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
      FloatVector sum = FloatVector.fromArray(FLOATS, sums, so + j);
      for (int i = 0; i < count; i++) {
        sum =
            FloatVector.fromArray(FLOATS, x, xo + j + i * xs)
                .fma(FloatVector.fromArray(FLOATS, y, yo + j + i * ys), sum);
      }
      TYPE.cast(sum).intoArray(sums, so + j);
    }
    return whole;
  }

  public static int max(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int whole = Lanes.whole(width);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      for (int i = 0; i < count; i++) {
        int to = yo + j + i * ys;
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + j + i * xs);
        FloatVector best = FloatVector.fromArray(FLOATS, y, to);
        // Not (v <= best): v is larger, or one of them is NaN; a NaN in best then stays.
        VectorMask<Float> keep =
            v.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
        TYPE.cast(v.blend(best, keep)).intoArray(y, to);
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
        FloatVector rest = FloatVector.fromArray(FLOATS, dy, dyo + out);
        VectorMask<Float> hit =
            FloatVector.fromArray(FLOATS, x, xo + at)
                .compare(VectorOperators.EQ, FloatVector.fromArray(FLOATS, y, yo + out));
        TYPE.cast(FloatVector.fromArray(FLOATS, dx, dxo + at).add(ZERO.blend(rest, hit)))
            .intoArray(dx, dxo + at);
        TYPE.cast(rest.blend(ZERO, hit)).intoArray(dy, dyo + out);
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
        // Each where it is larger than the best so far or NaN, as in max.
        FloatVector best = FloatVector.fromArray(FLOATS, x, upper + left);
        FloatVector v = FloatVector.fromArray(FLOATS, x, upper + right);
        VectorMask<Float> keep =
            v.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
        best = v.blend(best, keep);
        v = FloatVector.fromArray(FLOATS, x, lower + left);
        keep = v.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
        best = v.blend(best, keep);
        v = FloatVector.fromArray(FLOATS, x, lower + right);
        keep = v.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
        TYPE.cast(v.blend(best, keep)).intoArray(y, yo + j + i * width);
      }
    }
    return whole;
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
        FloatVector best = FloatVector.fromArray(FLOATS, y, yo + j + i * width);
        FloatVector d = ZERO.add(FloatVector.fromArray(FLOATS, dy, dyo + j + i * width));
        VectorMask<Float> a =
            FloatVector.fromArray(FLOATS, x, upper + left).compare(VectorOperators.EQ, best);
        VectorMask<Float> b =
            FloatVector.fromArray(FLOATS, x, upper + right).compare(VectorOperators.EQ, best);
        VectorMask<Float> c =
            FloatVector.fromArray(FLOATS, x, lower + left).compare(VectorOperators.EQ, best);
        VectorMask<Float> e =
            FloatVector.fromArray(FLOATS, x, lower + right).compare(VectorOperators.EQ, best);
        TYPE.cast(ZERO.blend(d, a)).intoArray(dx, dUpper + left);
        // What is left of the gradient after each tap.
        FloatVector rest = d.blend(ZERO, a);
        TYPE.cast(ZERO.blend(rest, b)).intoArray(dx, dUpper + right);
        rest = rest.blend(ZERO, b);
        TYPE.cast(ZERO.blend(rest, c)).intoArray(dx, dLower + left);
        rest = rest.blend(ZERO, c);
        TYPE.cast(ZERO.blend(rest, e)).intoArray(dx, dLower + right);
      }
    }
    return whole;
  }
}
