package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code UpdateKernels}. Each does the whole vectors and returns how many
 * parameters that was.
 */
public final class VectorUpdates {
  private VectorUpdates() {}

  public static int momentum(
      int n,
      float learningRate,
      float momentum,
      float[] g,
      int go,
      float[] v,
      int vo,
      float[] w,
      int wo) {
    int whole = Lanes.whole(n);
    FloatVector keep = Lanes.all(momentum);
    FloatVector step = Lanes.all(-learningRate);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector velocity = keep.fma(Lanes.load(v, vo + i), Lanes.load(g, go + i));
      Lanes.store(velocity, v, vo + i);
      Lanes.store(step.fma(velocity, Lanes.load(w, wo + i)), w, wo + i);
    }
    return whole;
  }

  public static int nesterov(
      int n,
      float learningRate,
      float momentum,
      float[] g,
      int go,
      float[] v,
      int vo,
      float[] w,
      int wo) {
    int whole = Lanes.whole(n);
    FloatVector keep = Lanes.all(momentum);
    FloatVector step = Lanes.all(-learningRate);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector gradient = Lanes.load(g, go + i);
      FloatVector velocity = keep.fma(Lanes.load(v, vo + i), gradient);
      Lanes.store(velocity, v, vo + i);
      Lanes.store(step.fma(keep.fma(velocity, gradient), Lanes.load(w, wo + i)), w, wo + i);
    }
    return whole;
  }

  public static int adam(
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
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector gradient = Lanes.load(g, go + i);
      FloatVector first = firstMoment(share1, gradient, m, mo + i);
      FloatVector second = secondMoment(share2, gradient, v, vo + i);
      FloatVector denominator = Lanes.all(secondScale).fma(second.sqrt(), Lanes.all(epsilon));
      FloatVector step = first.mul(Lanes.all(stepSize)).div(denominator).neg();
      Lanes.store(Lanes.all(shrink).fma(Lanes.load(w, wo + i), step), w, wo + i);
    }
    return whole;
  }

  public static int scaleByAdam(
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
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector gradient = Lanes.load(g, go + i);
      FloatVector first = firstMoment(share1, gradient, m, mo + i);
      FloatVector second = secondMoment(share2, gradient, v, vo + i);
      FloatVector denominator = Lanes.all(secondScale).fma(second.sqrt(), Lanes.all(epsilon));
      Lanes.store(first.mul(Lanes.all(firstScale)).div(denominator), g, go + i);
    }
    return whole;
  }

  public static int addSign(int n, float l1, float[] w, int wo, float[] g, int go) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector weight = Lanes.load(w, wo + i);
      FloatVector sign =
          Lanes.all(0f).blend(Lanes.all(-l1), weight.compare(VectorOperators.LT, Lanes.all(0f)));
      sign = sign.blend(Lanes.all(l1), weight.compare(VectorOperators.GT, Lanes.all(0f)));
      Lanes.store(Lanes.load(g, go + i).add(sign), g, go + i);
    }
    return whole;
  }

  /** m + share (g - m), stored and returned. */
  private static FloatVector firstMoment(float share, FloatVector g, float[] m, int mo) {
    FloatVector old = Lanes.load(m, mo);
    FloatVector moment = Lanes.all(share).fma(g.sub(old), old);
    Lanes.store(moment, m, mo);
    return moment;
  }

  /** v + share (g^2 - v), stored and returned. */
  private static FloatVector secondMoment(float share, FloatVector g, float[] v, int vo) {
    FloatVector old = Lanes.load(v, vo);
    FloatVector moment = Lanes.all(share).fma(g.fma(g, old.neg()), old);
    Lanes.store(moment, v, vo);
    return moment;
  }
}
