package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Images whose pixels are weighted means of others, axis by axis: output (h, w) = sum over two rows
 * and two columns of row weight times column weight times input. Channels-last, one image at a
 * time.
 *
 * <p>Bits: y = (1 - v) ((1 - u) a + u b) + v ((1 - u) c + u d) as fma(v, lower - upper, upper) of
 * fma(u, b - a, a) and fma(u, d - c, c); nearest has u = v = 0 and copies.
 *
 * @param height how rows are made
 * @param width how columns are made
 * @param channels of both images
 */
public record Resampling(Axis height, Axis width, int channels) implements ImageMap {
  /**
   * One axis: output o lies between inputs first[o] and second[o], a share of the way to the
   * second. The arrays are the axis's own.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Axis(int in, int[] first, int[] second, float[] share) {
    /** Every input becomes {@code factor} outputs: repeated, or interpolated between centres. */
    public static Axis enlarge(int in, int factor, boolean linear) {
      int out = Math.multiplyExact(in, factor);
      int[] first = new int[out];
      int[] second = new int[out];
      float[] share = new float[out];
      for (int o = 0; o < out; o++) {
        double centre = linear ? Math.max(0, (o + 0.5) / factor - 0.5) : Math.floorDiv(o, factor);
        first[o] = Math.min(in - 1, (int) centre);
        second[o] = Math.min(in - 1, first[o] + 1);
        share[o] = (float) (centre - first[o]);
      }
      return new Axis(in, first, second, share);
    }

    int out() {
      return share.length;
    }

    /**
     * Makes outputs as another axis of the same extents does, but for inputs that do not count:
     * where one of two does not, the other stands for both, as it does at an end.
     *
     * @param plain the other axis
     * @param counts whether each input counts, from {@code at}: 0 if it does not
     */
    public void leaveOut(Axis plain, float[] counts, int at) {
      for (int o = 0; o < out(); o++) {
        int one = plain.first[o];
        int other = plain.second[o];
        boolean begun = counts[at + one] != 0;
        first[o] = begun ? one : other;
        second[o] = counts[at + other] != 0 ? other : one;
        share[o] = begun ? plain.share[o] : 0;
      }
    }
  }

  /** Sequences [steps, channels] are images of one row. */
  public static Resampling along(Axis steps, int channels) {
    return new Resampling(Axis.enlarge(1, 1, false), steps, channels);
  }

  @Override
  public void forward(float[] x, int xo, float[] y, int yo) {
    for (int oh = 0, to = yo; oh < height.out(); oh++) {
      int upper = xo + height.first[oh] * width.in() * channels;
      int lower = xo + height.second[oh] * width.in() * channels;
      float v = height.share[oh];
      for (int ow = 0; ow < width.out(); ow++, to += channels) {
        int left = width.first[ow] * channels;
        int right = width.second[ow] * channels;
        float u = width.share[ow];
        if (u == 0f && v == 0f) {
          System.arraycopy(x, upper + left, y, to, channels);
          continue;
        }
        for (int c = 0; c < channels; c++) {
          float a = x[upper + left + c];
          float b = x[lower + left + c];
          float above = Math.fma(u, x[upper + right + c] - a, a);
          float below = Math.fma(u, x[lower + right + c] - b, b);
          y[to + c] = Math.fma(v, below - above, above);
        }
      }
    }
  }

  /** dx is added up over outputs in row-major order. */
  @Override
  public void backward(float[] dy, int dyo, float[] dx, int dxo) {
    Arrays.fill(dx, dxo, dxo + height.in() * width.in() * channels, 0f);
    for (int oh = 0, from = dyo; oh < height.out(); oh++) {
      int upper = dxo + height.first[oh] * width.in() * channels;
      int lower = dxo + height.second[oh] * width.in() * channels;
      float v = height.share[oh];
      for (int ow = 0; ow < width.out(); ow++, from += channels) {
        int left = width.first[ow] * channels;
        int right = width.second[ow] * channels;
        float u = width.share[ow];
        add((1 - u) * (1 - v), dy, from, dx, upper + left);
        add(u * (1 - v), dy, from, dx, upper + right);
        add((1 - u) * v, dy, from, dx, lower + left);
        add(u * v, dy, from, dx, lower + right);
      }
    }
  }

  private void add(float weight, float[] dy, int from, float[] dx, int to) {
    if (weight != 0f) {
      ArrayKernels.axpy(channels, weight, dy, from, dx, to);
    }
  }
}
