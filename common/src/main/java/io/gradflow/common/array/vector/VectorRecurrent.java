package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;

/**
 * The vector twins of {@code RecurrentKernels}. Each does the whole vectors and returns how many
 * units that was.
 */
public final class VectorRecurrent {
  private static final FloatVector ONE = Lanes.constant(1f);

  private VectorRecurrent() {}

  public static int addBoth(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector sum =
          FloatVector.fromArray(FLOATS, y, yo + j).add(FloatVector.fromArray(FLOATS, a, ao + j));
      TYPE.cast(sum.add(FloatVector.fromArray(FLOATS, b, bo + j))).intoArray(y, yo + j);
    }
    return whole;
  }

  public static int lstmCell(
      int units, float[] z, int zo, float[] before, int po, float[] c, int co) {
    int whole = Lanes.whole(units);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector i = FloatVector.fromArray(FLOATS, z, zo + j);
      FloatVector f = FloatVector.fromArray(FLOATS, z, zo + units + j);
      FloatVector g = FloatVector.fromArray(FLOATS, z, zo + 2 * units + j);
      TYPE.cast(f.fma(FloatVector.fromArray(FLOATS, before, po + j), i.mul(g)))
          .intoArray(c, co + j);
    }
    return whole;
  }

  public static int lstmBackward(
      int units,
      float[] z,
      int zo,
      float[] before,
      int po,
      float[] tanhC,
      int to,
      float[] dh,
      int dho,
      float[] dc,
      int dco,
      float[] copy,
      int yo) {
    int whole = Lanes.whole(units);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector i = FloatVector.fromArray(FLOATS, z, zo + j);
      FloatVector f = FloatVector.fromArray(FLOATS, z, zo + units + j);
      FloatVector g = FloatVector.fromArray(FLOATS, z, zo + 2 * units + j);
      FloatVector o = FloatVector.fromArray(FLOATS, z, zo + 3 * units + j);
      FloatVector t = FloatVector.fromArray(FLOATS, tanhC, to + j);
      FloatVector d = FloatVector.fromArray(FLOATS, dh, dho + j);
      FloatVector cell =
          d.mul(o).fma(t.neg().fma(t, ONE), FloatVector.fromArray(FLOATS, dc, dco + j));
      FloatVector di = cell.mul(g).mul(i).mul(ONE.sub(i));
      FloatVector df =
          cell.mul(FloatVector.fromArray(FLOATS, before, po + j)).mul(f).mul(ONE.sub(f));
      FloatVector dg = cell.mul(i).mul(g.neg().fma(g, ONE));
      FloatVector dOut = d.mul(t).mul(o).mul(ONE.sub(o));
      TYPE.cast(cell.mul(f)).intoArray(dc, dco + j);
      TYPE.cast(di).intoArray(z, zo + j);
      TYPE.cast(df).intoArray(z, zo + units + j);
      TYPE.cast(dg).intoArray(z, zo + 2 * units + j);
      TYPE.cast(dOut).intoArray(z, zo + 3 * units + j);
      TYPE.cast(di).intoArray(copy, yo + j);
      TYPE.cast(df).intoArray(copy, yo + units + j);
      TYPE.cast(dg).intoArray(copy, yo + 2 * units + j);
      TYPE.cast(dOut).intoArray(copy, yo + 3 * units + j);
    }
    return whole;
  }

  public static int gruCandidate(
      int units, float[] z, int zo, float[] bias, int bo, float[] m, int mo) {
    int whole = Lanes.whole(units);
    int candidate = zo + 2 * units;
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector sum =
          FloatVector.fromArray(FLOATS, z, candidate + j)
              .add(FloatVector.fromArray(FLOATS, bias, bo + j));
      FloatVector reset = FloatVector.fromArray(FLOATS, z, zo + j);
      TYPE.cast(reset.fma(FloatVector.fromArray(FLOATS, m, mo + j), sum))
          .intoArray(z, candidate + j);
    }
    return whole;
  }

  public static int gruBlend(int units, float[] z, int zo, float[] h, int ho) {
    int whole = Lanes.whole(units);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector u = FloatVector.fromArray(FLOATS, z, zo + units + j);
      FloatVector n = FloatVector.fromArray(FLOATS, z, zo + 2 * units + j);
      TYPE.cast(u.fma(FloatVector.fromArray(FLOATS, h, ho + j).sub(n), n)).intoArray(h, ho + j);
    }
    return whole;
  }

  public static int gruBackward(
      int units,
      float[] z,
      int zo,
      float[] m,
      int mo,
      float[] before,
      int po,
      float[] dh,
      int dho,
      float[] copy,
      int yo) {
    int whole = Lanes.whole(units);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector r = FloatVector.fromArray(FLOATS, z, zo + j);
      FloatVector u = FloatVector.fromArray(FLOATS, z, zo + units + j);
      FloatVector n = FloatVector.fromArray(FLOATS, z, zo + 2 * units + j);
      FloatVector d = FloatVector.fromArray(FLOATS, dh, dho + j);
      FloatVector du =
          d.mul(FloatVector.fromArray(FLOATS, before, po + j).sub(n)).mul(u).mul(ONE.sub(u));
      FloatVector dn = d.mul(ONE.sub(u)).mul(n.neg().fma(n, ONE));
      FloatVector dr = dn.mul(FloatVector.fromArray(FLOATS, m, mo + j)).mul(r).mul(ONE.sub(r));
      FloatVector dm = dn.mul(r);
      TYPE.cast(d.mul(u)).intoArray(dh, dho + j);
      TYPE.cast(dm).intoArray(m, mo + j);
      TYPE.cast(dr).intoArray(z, zo + j);
      TYPE.cast(du).intoArray(z, zo + units + j);
      TYPE.cast(dn).intoArray(z, zo + 2 * units + j);
      TYPE.cast(dr).intoArray(copy, yo + j);
      TYPE.cast(du).intoArray(copy, yo + units + j);
      TYPE.cast(dm).intoArray(copy, yo + 2 * units + j);
    }
    return whole;
  }
}
