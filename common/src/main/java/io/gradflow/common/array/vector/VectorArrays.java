package io.gradflow.common.array.vector;

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

  /** Receiver of stores, as in {@link Lanes#store}. */
  private static final FloatVector NEGATIVE_ZERO = Lanes.all(-0f);

  private static final IntVector LANE = IntVector.zero(Lanes.INTS).addIndex(1);

  /** The multipliers of {@code CounterRng}. */
  private static final IntVector WEYL = IntVector.broadcast(Lanes.INTS, 0x9E3779B9);

  private static final IntVector FIRST = IntVector.broadcast(Lanes.INTS, 0x21F0AAAD);
  private static final IntVector SECOND = IntVector.broadcast(Lanes.INTS, 0x735A2D97);

  private VectorArrays() {}

  /** How many of n floats whole vectors cover. */
  public static int whole(int n) {
    return Lanes.whole(n);
  }

  public static int add(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(a, ao + i).add(Lanes.load(b, bo + i)), y, yo + i);
    }
    return whole;
  }

  public static int subtract(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(a, ao + i).sub(Lanes.load(b, bo + i)), y, yo + i);
    }
    return whole;
  }

  public static int multiply(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(a, ao + i).mul(Lanes.load(b, bo + i)), y, yo + i);
    }
    return whole;
  }

  public static int divide(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(a, ao + i).div(Lanes.load(b, bo + i)), y, yo + i);
    }
    return whole;
  }

  public static int scale(int n, float factor, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(v.mul(Lanes.all(factor)), y, yo + i);
    }
    return whole;
  }

  public static int axpy(int n, float factor, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    FloatVector factors = Lanes.all(factor);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      Lanes.store(factors.fma(v, Lanes.load(y, yo + i)), y, yo + i);
    }
    return whole;
  }

  public static int clamp(int n, float low, float high, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x, xo + i);
      FloatVector capped = v.blend(Lanes.all(high), v.compare(VectorOperators.GT, Lanes.all(high)));
      Lanes.store(
          capped.blend(Lanes.all(low), v.compare(VectorOperators.LT, Lanes.all(low))), y, yo + i);
    }
    return whole;
  }

  public static int sum(int n, float[] x, int xo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = Lanes.load(partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        sums = Lanes.load(x, xo + i).add(sums);
      }
      Lanes.store(sums, partial, lane);
    }
    return whole;
  }

  public static int sumOfMagnitudes(int n, float[] x, int xo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = Lanes.load(partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        sums = Lanes.load(x, xo + i).abs().add(sums);
      }
      Lanes.store(sums, partial, lane);
    }
    return whole;
  }

  public static int dot(int n, float[] a, int ao, float[] b, int bo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = Lanes.load(partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        sums = Lanes.load(a, ao + i).fma(Lanes.load(b, bo + i), sums);
      }
      Lanes.store(sums, partial, lane);
    }
    return whole;
  }

  /** Returns the first index of the first vector with an infinity or NaN, or of the rest. */
  public static int finitePrefix(int n, float[] x, int xo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector magnitude = Lanes.load(x, xo + i).abs();
      if (!magnitude.compare(VectorOperators.LT, Lanes.all(Float.POSITIVE_INFINITY)).allTrue()) {
        return i;
      }
    }
    return whole;
  }

  /** The largest of x and {@code start}; n a multiple of the lanes. */
  public static float max(int n, float start, float[] x, int xo) {
    FloatVector max = Lanes.all(start);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      max = Lanes.load(x, xo + i).max(max);
    }
    // Largest is largest in any order.
    return Lanes.all(start).max(max).reduceLanes(VectorOperators.MAX);
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
    IntVector last = IntVector.broadcast(Lanes.INTS, threshold - 1);
    IntVector low = IntVector.broadcast(Lanes.INTS, (int) key);
    IntVector high = IntVector.broadcast(Lanes.INTS, (int) (key >>> 32));
    FloatVector scales = FloatVector.broadcast(Lanes.FLOATS, scale);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      IntVector index = LANE.add(IntVector.broadcast(Lanes.INTS, firstIndex + i));
      IntVector bits = index.mul(WEYL).lanewise(VectorOperators.XOR, low);
      // The same mixing twice, spelt out: a method of it, or of load and store, would box its
      // vectors wherever the
      // compiler deems this loop too cold to inline it.
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
      IntVector scaled =
          FloatVector.fromArray(Lanes.FLOATS, x, xo + i).mul(scales).reinterpretAsInts();
      NEGATIVE_ZERO.add(scaled.and(kept).reinterpretAsFloats()).intoArray(y, yo + i);
    }
    return whole;
  }
}
