package io.gradflow.common.data;

/**
 * A sound at another number of samples a second: band-limited interpolation by a windowed sinc in
 * polyphase form (Smith and Gossett 1984, "A flexible sampling-rate conversion method").
 *
 * <p>With L / M the ratio of the rates in lowest terms and m = max(L, M), the signal with L - 1
 * zeros behind every sample is filtered by the low pass h of half length H = {@value
 * #ZERO_CROSSINGS} m, and every M-th result is kept: y[n] = sum_k x[k] h[H + n M - k L]. h[i] is
 * proportional to sinc((i - H) / m) under a Kaiser window of beta {@value #BETA} and adds up to L,
 * so that a constant stays one; samples before and behind the sound are 0. Half of the lower rate,
 * where the filter has fallen to one half, is the middle of its transition; 10 % above it less than
 * 1e-4 of the amplitude is left.
 *
 * <p>In double, with sines of {@link StrictMath} and sums in the order of time: the same bits
 * everywhere. Immutable.
 */
final class Resampler {
  static final int ZERO_CROSSINGS = 32;
  static final double BETA = 9;

  /** Of L and M: a table of 64 times as many numbers is 32 MiB. */
  private static final int MAX_TERM = 1 << 16;

  private final int up;
  private final int down;
  private final int half;
  private final int stride;
  private final double[] taps; // of phase p from p stride on, for samples in the order of time

  /**
   * @param from samples a second of what is given
   * @param to samples a second of the result
   * @throws IllegalArgumentException if {@link #possible} says no
   */
  Resampler(int from, int to) {
    if (!possible(from, to)) {
      throw new IllegalArgumentException("from %d Hz to %d Hz".formatted(from, to));
    }
    int divisor = divisor(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    int slower = Math.max(up, down);
    this.half = ZERO_CROSSINGS * slower;
    double[] response = new double[2 * half + 1];
    double sum = 0;
    for (int i = 0; i < response.length; i++) {
      double t = (double) (i - half) / slower;
      double s = (double) (i - half) / half;
      response[i] = sinc(t) * bessel(BETA * Math.sqrt(1 - s * s)) / bessel(BETA);
      sum += response[i];
    }
    this.stride = 2 * half / up + 2;
    this.taps = new double[Math.multiplyExact(up, stride)];
    for (int phase = 0; phase < up; phase++) {
      int i = phase * stride;
      for (int at = half + phase + (half - phase) / up * up; at >= 0; at -= up) {
        taps[i++] = response[at] * (up / sum);
      }
    }
  }

  /** Whether the ratio of two rates is simple enough. */
  static boolean possible(int from, int to) {
    int divisor = divisor(from, to);
    return Math.max(from / divisor, to / divisor) <= MAX_TERM;
  }

  /**
   * The first samples of the resampled sound: as many as it has, ceil(samples L / M), but {@code
   * most} at most.
   */
  double[] resample(double[] samples, int most) {
    long all = ((long) samples.length * up + down - 1) / down;
    double[] resampled = new double[(int) Math.min(all, most)];
    for (int n = 0; n < resampled.length; n++) {
      long at = (long) n * down;
      int phase = (int) (at % up);
      // Those k for which h has H + n M - k L: from the last one before it to the first behind it.
      long newest = at / up + (half + phase) / up;
      long oldest = at / up - (half - phase) / up;
      int first = (int) Math.max(oldest, 0);
      int last = (int) Math.min(newest, samples.length - 1);
      double sum = 0;
      for (int k = first, i = phase * stride + (int) (first - oldest); k <= last; k++, i++) {
        sum += samples[k] * taps[i];
      }
      resampled[n] = sum;
    }
    return resampled;
  }

  private static double sinc(double t) {
    return t == 0 ? 1 : StrictMath.sin(Math.PI * t) / (Math.PI * t);
  }

  /** I0, the modified Bessel function of order 0: sum_k ((x / 2)^k / k!)^2, up to its last bit. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > sum * 1e-17; k++) {
      term *= x / (2.0 * k) * (x / (2.0 * k));
      sum += term;
    }
    return sum;
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }
}
