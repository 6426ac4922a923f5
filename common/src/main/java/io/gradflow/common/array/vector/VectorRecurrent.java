package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;

/**
 * The vector twins of {@code RecurrentKernels}. Each does the whole vectors and returns how many
 * units that was.
 */
public final class VectorRecurrent {
  private static final FloatVector ONE = Lanes.all(1f);

  private VectorRecurrent() {}

  public static int addBoth(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector sum = Lanes.load(y, yo + j).add(Lanes.load(a, ao + j));
      Lanes.store(sum.add(Lanes.load(b, bo + j)), y, yo + j);
    }
    return whole;
  }

  public static int lstmCell(
      int units, float[] z, int zo, float[] before, int po, float[] c, int co) {
    int whole = Lanes.whole(units);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector i = Lanes.load(z, zo + j);
      FloatVector f = Lanes.load(z, zo + units + j);
      FloatVector g = Lanes.load(z, zo + 2 * units + j);
      Lanes.store(f.fma(Lanes.load(before, po + j), i.mul(g)), c, co + j);
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
      FloatVector i = Lanes.load(z, zo + j);
      FloatVector f = Lanes.load(z, zo + units + j);
      FloatVector g = Lanes.load(z, zo + 2 * units + j);
      FloatVector o = Lanes.load(z, zo + 3 * units + j);
      FloatVector t = Lanes.load(tanhC, to + j);
      FloatVector d = Lanes.load(dh, dho + j);
      FloatVector cell = d.mul(o).fma(t.neg().fma(t, ONE), Lanes.load(dc, dco + j));
      FloatVector di = cell.mul(g).mul(i).mul(ONE.sub(i));
      FloatVector df = cell.mul(Lanes.load(before, po + j)).mul(f).mul(ONE.sub(f));
      FloatVector dg = cell.mul(i).mul(g.neg().fma(g, ONE));
      FloatVector dOut = d.mul(t).mul(o).mul(ONE.sub(o));
      Lanes.store(cell.mul(f), dc, dco + j);
      Lanes.store(di, z, zo + j);
      Lanes.store(df, z, zo + units + j);
      Lanes.store(dg, z, zo + 2 * units + j);
      Lanes.store(dOut, z, zo + 3 * units + j);
      Lanes.store(di, copy, yo + j);
      Lanes.store(df, copy, yo + units + j);
      Lanes.store(dg, copy, yo + 2 * units + j);
      Lanes.store(dOut, copy, yo + 3 * units + j);
    }
    return whole;
  }

  public static int gruCandidate(
      int units, float[] z, int zo, float[] bias, int bo, float[] m, int mo) {
    int whole = Lanes.whole(units);
    int candidate = zo + 2 * units;
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector sum = Lanes.load(z, candidate + j).add(Lanes.load(bias, bo + j));
      Lanes.store(Lanes.load(z, zo + j).fma(Lanes.load(m, mo + j), sum), z, candidate + j);
    }
    return whole;
  }

  public static int gruBlend(int units, float[] z, int zo, float[] h, int ho) {
    int whole = Lanes.whole(units);
    for (int j = 0; j < whole; j += Lanes.COUNT) {
      FloatVector u = Lanes.load(z, zo + units + j);
      FloatVector n = Lanes.load(z, zo + 2 * units + j);
      Lanes.store(u.fma(Lanes.load(h, ho + j).sub(n), n), h, ho + j);
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
      FloatVector r = Lanes.load(z, zo + j);
      FloatVector u = Lanes.load(z, zo + units + j);
      FloatVector n = Lanes.load(z, zo + 2 * units + j);
      FloatVector d = Lanes.load(dh, dho + j);
      FloatVector du = d.mul(Lanes.load(before, po + j).sub(n)).mul(u).mul(ONE.sub(u));
      FloatVector dn = d.mul(ONE.sub(u)).mul(n.neg().fma(n, ONE));
      FloatVector dr = dn.mul(Lanes.load(m, mo + j)).mul(r).mul(ONE.sub(r));
      FloatVector dm = dn.mul(r);
      Lanes.store(d.mul(u), dh, dho + j);
      Lanes.store(dm, m, mo + j);
      Lanes.store(dr, z, zo + j);
      Lanes.store(du, z, zo + units + j);
      Lanes.store(dn, z, zo + 2 * units + j);
      Lanes.store(dr, copy, yo + j);
      Lanes.store(du, copy, yo + units + j);
      Lanes.store(dm, copy, yo + 2 * units + j);
    }
    return whole;
  }
}
