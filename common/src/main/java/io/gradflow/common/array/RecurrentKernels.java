package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorRecurrent;

/**
 * One step of one row of a recurrent layer, forward and backward: what follows the recurrent
 * product. Rows are taken one by one, so a row's bits depend on no other, and a masked row is
 * simply left out.
 */
public final class RecurrentKernels {
  private RecurrentKernels() {}

  /** y = (y + a) + b. */
  public static void addBoth(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int j = VectorSupport.ENABLED ? VectorRecurrent.addBoth(n, a, ao, b, bo, y, yo) : 0;
    for (; j < n; j++) {
      y[yo + j] = y[yo + j] + a[ao + j] + b[bo + j];
    }
  }

  /**
   * An LSTM's gates and state: i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of z + recurrent +
   * bias; c = f before + i g; h = o tanh(c).
   *
   * @param z [4 units], the input's part of i, f, g, o; overwritten with the gates
   * @param recurrent [4 units], the state's part
   * @param bias [4 units]
   * @param before [units], the cell before this step
   * @param c [units], overwritten
   * @param tanhC [units], overwritten
   * @param h [units], overwritten
   */
  public static void lstm(
      int units,
      float[] z,
      int zo,
      float[] recurrent,
      int ro,
      float[] bias,
      int bo,
      float[] before,
      int po,
      float[] c,
      int co,
      float[] tanhC,
      int to,
      float[] h,
      int ho) {
    addBoth(4 * units, recurrent, ro, bias, bo, z, zo);
    ActivationKernels.sigmoid(2 * units, z, zo, z, zo);
    ActivationKernels.tanh(units, z, zo + 2 * units, z, zo + 2 * units);
    ActivationKernels.sigmoid(units, z, zo + 3 * units, z, zo + 3 * units);
    int j = VectorSupport.ENABLED ? VectorRecurrent.lstmCell(units, z, zo, before, po, c, co) : 0;
    for (; j < units; j++) {
      float i = z[zo + j];
      float f = z[zo + units + j];
      float g = z[zo + 2 * units + j];
      c[co + j] = Math.fma(f, before[po + j], i * g);
    }
    ActivationKernels.tanh(units, c, co, tanhC, to);
    ArrayKernels.multiply(units, z, zo + 3 * units, tanhC, to, h, ho);
  }

  /**
   * Backward of {@link #lstm}.
   *
   * @param z [4 units], the gates; overwritten with the gradient by their arguments
   * @param copy [4 units], overwritten with the same
   * @param dh [units], the gradient by h
   * @param dc [units], the gradient by c that later steps left; overwritten with that by the cell
   *     before
   */
  public static void lstmBackward(
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
    int j =
        VectorSupport.ENABLED
            ? VectorRecurrent.lstmBackward(
                units, z, zo, before, po, tanhC, to, dh, dho, dc, dco, copy, yo)
            : 0;
    for (; j < units; j++) {
      float i = z[zo + j];
      float f = z[zo + units + j];
      float g = z[zo + 2 * units + j];
      float o = z[zo + 3 * units + j];
      float t = tanhC[to + j];
      float d = dh[dho + j];
      float cell = Math.fma(d * o, Math.fma(-t, t, 1f), dc[dco + j]);
      float di = cell * g * i * (1f - i);
      float df = cell * before[po + j] * f * (1f - f);
      float dg = cell * i * Math.fma(-g, g, 1f);
      float dOut = d * t * o * (1f - o);
      dc[dco + j] = cell * f;
      z[zo + j] = di;
      z[zo + units + j] = df;
      z[zo + 2 * units + j] = dg;
      z[zo + 3 * units + j] = dOut;
      copy[yo + j] = di;
      copy[yo + units + j] = df;
      copy[yo + 2 * units + j] = dg;
      copy[yo + 3 * units + j] = dOut;
    }
  }

  /**
   * A GRU's gates and state, the reset gate after the product: r, u = sigmoid(z + recurrent +
   * bias); m = recurrent + recurrentBias; n = tanh(z + bias + r m); h = n + u (h - n).
   *
   * @param z [3 units], the input's part of r, u, n; overwritten with r, u, n
   * @param recurrent [3 units], the state's part
   * @param bias [3 units]
   * @param recurrentBias [units]
   * @param m [units], overwritten
   * @param h [units], the state, overwritten with the next
   */
  public static void gru(
      int units,
      float[] z,
      int zo,
      float[] recurrent,
      int ro,
      float[] bias,
      int bo,
      float[] recurrentBias,
      int rbo,
      float[] m,
      int mo,
      float[] h,
      int ho) {
    addBoth(2 * units, recurrent, ro, bias, bo, z, zo);
    ActivationKernels.sigmoid(2 * units, z, zo, z, zo);
    ArrayKernels.add(units, recurrent, ro + 2 * units, recurrentBias, rbo, m, mo);
    int candidate = zo + 2 * units;
    int j =
        VectorSupport.ENABLED
            ? VectorRecurrent.gruCandidate(units, z, zo, bias, bo + 2 * units, m, mo)
            : 0;
    for (; j < units; j++) {
      z[candidate + j] =
          Math.fma(z[zo + j], m[mo + j], z[candidate + j] + bias[bo + 2 * units + j]);
    }
    ActivationKernels.tanh(units, z, candidate, z, candidate);
    j = VectorSupport.ENABLED ? VectorRecurrent.gruBlend(units, z, zo, h, ho) : 0;
    for (; j < units; j++) {
      float n = z[candidate + j];
      h[ho + j] = Math.fma(z[zo + units + j], h[ho + j] - n, n);
    }
  }

  /**
   * Backward of {@link #gru}.
   *
   * @param z [3 units], r, u, n; overwritten with the gradient by their arguments
   * @param m [units], overwritten with its gradient
   * @param before [units], the state before this step
   * @param dh [units], the gradient by h; overwritten with that by the state before on the way that
   *     leaves the gates out
   * @param copy [3 units], overwritten with the gradient by the recurrent product
   */
  public static void gruBackward(
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
    int j =
        VectorSupport.ENABLED
            ? VectorRecurrent.gruBackward(units, z, zo, m, mo, before, po, dh, dho, copy, yo)
            : 0;
    for (; j < units; j++) {
      float r = z[zo + j];
      float u = z[zo + units + j];
      float n = z[zo + 2 * units + j];
      float d = dh[dho + j];
      float du = d * (before[po + j] - n) * u * (1f - u);
      float dn = d * (1f - u) * Math.fma(-n, n, 1f);
      float dr = dn * m[mo + j] * r * (1f - r);
      float dm = dn * r;
      dh[dho + j] = d * u;
      m[mo + j] = dm;
      z[zo + j] = dr;
      z[zo + units + j] = du;
      z[zo + 2 * units + j] = dn;
      copy[yo + j] = dr;
      copy[yo + units + j] = du;
      copy[yo + 2 * units + j] = dm;
    }
  }
}
