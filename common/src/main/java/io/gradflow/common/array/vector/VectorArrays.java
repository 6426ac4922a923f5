package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.INTS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code ArrayKernels}. Each does the whole vectors and returns how many floats
 * that was; the caller's scalar loop does the rest.
 */
public final class VectorArrays {
  /** Partial sums of a reduction, whatever the width. */
  private static final int PARTIAL_SUMS = 16;

  private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);

  /** The multipliers of {@code CounterRng}. */
  private static final IntVector WEYL = Lanes.constant(0x9E3779B9);

  private static final IntVector FIRST = Lanes.constant(0x21F0AAAD);
  private static final IntVector SECOND = Lanes.constant(0x735A2D97);

  private static final FloatVector INFINITY = Lanes.constant(Float.POSITIVE_INFINITY);

  private VectorArrays() {}

  /** How many of n floats whole vectors cover. */
  public static int whole(int n) {
    return Lanes.whole(n);
  }

  public static int add(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector u = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector v = FloatVector.fromArray(FLOATS, b, bo + i);
      TYPE.cast(u.add(v)).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int subtract(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector u = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector v = FloatVector.fromArray(FLOATS, b, bo + i);
      TYPE.cast(u.sub(v)).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int multiply(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector u = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector v = FloatVector.fromArray(FLOATS, b, bo + i);
      TYPE.cast(u.mul(v)).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int divide(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector u = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector v = FloatVector.fromArray(FLOATS, b, bo + i);
      TYPE.cast(u.div(v)).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int scale(int n, float factor, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      TYPE.cast(FloatVector.fromArray(FLOATS, x, xo + i).mul(factors)).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int axpy(int n, float factor, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
      TYPE.cast(factors.fma(v, FloatVector.fromArray(FLOATS, y, yo + i))).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int clamp(int n, float low, float high, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    FloatVector lows = FloatVector.broadcast(FLOATS, low);
    FloatVector highs = FloatVector.broadcast(FLOATS, high);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
      FloatVector capped = v.blend(highs, v.compare(VectorOperators.GT, highs));
      TYPE.cast(capped.blend(lows, v.compare(VectorOperators.LT, lows))).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int sum(int n, float[] x, int xo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = FloatVector.fromArray(FLOATS, partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        sums = FloatVector.fromArray(FLOATS, x, xo + i).add(sums);
      }
      TYPE.cast(sums).intoArray(partial, lane);
    }
    return whole;
  }

  public static int sumOfMagnitudes(int n, float[] x, int xo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = FloatVector.fromArray(FLOATS, partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        sums = FloatVector.fromArray(FLOATS, x, xo + i).abs().add(sums);
      }
      TYPE.cast(sums).intoArray(partial, lane);
    }
    return whole;
  }

  public static int dot(int n, float[] a, int ao, float[] b, int bo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = FloatVector.fromArray(FLOATS, partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        sums =
            FloatVector.fromArray(FLOATS, a, ao + i)
                .fma(FloatVector.fromArray(FLOATS, b, bo + i), sums);
      }
      TYPE.cast(sums).intoArray(partial, lane);
    }
    return whole;
  }

  /** Returns the first index of the first vector with an infinity or NaN, or of the rest. */
  public static int finitePrefix(int n, float[] x, int xo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector magnitude = FloatVector.fromArray(FLOATS, x, xo + i).abs();
      if (!magnitude.compare(VectorOperators.LT, INFINITY).allTrue()) {
        return i;
      }
    }
    return whole;
  }

  /** The largest of x and {@code start}; n a multiple of the lanes. */
  public static float max(int n, float start, float[] x, int xo) {
    FloatVector max = FloatVector.broadcast(FLOATS, start);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      max = FloatVector.fromArray(FLOATS, x, xo + i).max(max);
    }
    // Largest is largest in any order.
    return FloatVector.broadcast(FLOATS, start).max(max).reduceLanes(VectorOperators.MAX);
  }

  /** The draws are those of {@code CounterRng.bits}. */
  public static int dropout(
      long key,
      int firstIndex,
      int n,
      int threshold,
      float scale,
      float[] x,
      int xo,
      float[] y,
      int yo) {
    int whole = Lanes.whole(n);
    IntVector last = IntVector.broadcast(INTS, threshold - 1);
    IntVector low = IntVector.broadcast(INTS, (int) key);
    IntVector high = IntVector.broadcast(INTS, (int) (key >>> 32));
    FloatVector scales = FloatVector.broadcast(FLOATS, scale);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      IntVector index = LANE.add(IntVector.broadcast(INTS, firstIndex + i));
      IntVector bits = index.mul(WEYL).lanewise(VectorOperators.XOR, low);
      // The same mixing twice, spelt out: no vector crosses a method of ours.
      bits = bits.lanewise(VectorOperators.LSHR, 16).lanewise(VectorOperators.XOR, bits).mul(FIRST);
      bits =
          bits.lanewise(VectorOperators.LSHR, 15).lanewise(VectorOperators.XOR, bits).mul(SECOND);
      bits = bits.lanewise(VectorOperators.LSHR, 15).lanewise(VectorOperators.XOR, bits);
      bits = bits.lanewise(VectorOperators.XOR, high);
      bits = bits.lanewise(VectorOperators.LSHR, 16).lanewise(VectorOperators.XOR, bits).mul(FIRST);
      bits =
          bits.lanewise(VectorOperators.LSHR, 15).lanewise(VectorOperators.XOR, bits).mul(SECOND);
      bits = bits.lanewise(VectorOperators.LSHR, 15).lanewise(VectorOperators.XOR, bits);
      // All ones where the draw is at least the threshold: the sign of threshold - 1 - draw.
      IntVector draw = bits.lanewise(VectorOperators.LSHR, 8);
      IntVector kept = last.sub(draw).lanewise(VectorOperators.ASHR, 31);
      IntVector scaled = FloatVector.fromArray(FLOATS, x, xo + i).mul(scales).reinterpretAsInts();
      TYPE.cast(scaled.and(kept).reinterpretAsFloats()).intoArray(y, yo + i);
    }
    return whole;
  }
}
