package io.gradflow.common.data;

/**
 * The energies of a sound in bands that the ear tells apart, frame by frame: ln(energy + 1e-6) of
 * triangular bands, evenly spaced on the mel scale m = 2595 log10(1 + f / 700) from 0 to half the
 * sample rate, of the squared Fourier transform of frames under a Hann window; or their cosine
 * transform, the mel-frequency cepstral coefficients (Davis and Mermelstein 1980), orthonormal.
 *
 * <p>In double, with sines and logarithms of {@link StrictMath}: the same bits everywhere. For one
 * thread.
 */
final class MelSpectrum {
  private static final double FLOOR = 1e-6;

  private final int frame;
  private final int hop;
  private final int size;
  private final double[] window;
  private final double[] cosines;
  private final double[] sines;
  private final double[][] bands;
  private final double[][] cepstrum;
  private final double[] real;
  private final double[] imaginary;
  private final double[] energies;

  /**
   * @param rate samples a second
   * @param frame samples a frame
   * @param hop samples from frame to frame
   * @param bandCount how many bands
   * @param coefficients how many cepstral coefficients are given in their place; 0 for none
   */
  MelSpectrum(int rate, int frame, int hop, int bandCount, int coefficients) {
    this.frame = frame;
    this.hop = hop;
    this.size = Math.max(2, Integer.highestOneBit(frame - 1) << 1);
    this.window = new double[frame];
    for (int i = 0; i < frame; i++) {
      window[i] = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * i / frame);
    }
    this.cosines = new double[size / 2];
    this.sines = new double[size / 2];
    for (int i = 0; i < size / 2; i++) {
      cosines[i] = StrictMath.cos(2 * Math.PI * i / size);
      sines[i] = -StrictMath.sin(2 * Math.PI * i / size);
    }
    this.bands = bands(rate, bandCount);
    this.cepstrum = new double[coefficients][bandCount];
    for (int k = 0; k < coefficients; k++) {
      double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / bandCount);
      for (int b = 0; b < bandCount; b++) {
        cepstrum[k][b] = scale * StrictMath.cos(Math.PI * k * (b + 0.5) / bandCount);
      }
    }
    this.real = new double[size];
    this.imaginary = new double[size];
    this.energies = new double[bandCount];
  }

  private double[][] bands(int rate, int bandCount) {
    double top = mel(rate / 2.0);
    double[][] weights = new double[bandCount][size / 2 + 1];
    for (int b = 0; b < bandCount; b++) {
      double low = hertz(top * b / (bandCount + 1));
      double middle = hertz(top * (b + 1) / (bandCount + 1));
      double high = hertz(top * (b + 2) / (bandCount + 1));
      for (int i = 0; i <= size / 2; i++) {
        double f = (double) i * rate / size;
        weights[b][i] =
            Math.max(0, Math.min((f - low) / (middle - low), (high - f) / (high - middle)));
      }
    }
    return weights;
  }

  private static double mel(double hertz) {
    return 2595 * StrictMath.log10(1 + hertz / 700);
  }

  private static double hertz(double mel) {
    return 700 * (StrictMath.pow(10, mel / 2595) - 1);
  }

  /**
   * Writes the frames one after the other; behind the sound's end there is silence.
   *
   * @param frames how many
   */
  void write(double[] samples, int frames, float[] to, int offset) {
    int at = offset;
    for (int f = 0; f < frames; f++) {
      for (int i = 0; i < size; i++) {
        long from = (long) f * hop + i;
        real[i] = i < frame && from < samples.length ? samples[(int) from] * window[i] : 0;
        imaginary[i] = 0;
      }
      transform();
      for (int b = 0; b < bands.length; b++) {
        double sum = 0;
        for (int i = 0; i <= size / 2; i++) {
          sum += bands[b][i] * (real[i] * real[i] + imaginary[i] * imaginary[i]);
        }
        energies[b] = StrictMath.log(sum + FLOOR);
      }
      if (cepstrum.length == 0) {
        for (double energy : energies) {
          to[at++] = (float) energy;
        }
      }
      for (double[] coefficient : cepstrum) {
        double sum = 0;
        for (int b = 0; b < energies.length; b++) {
          sum += coefficient[b] * energies[b];
        }
        to[at++] = (float) sum;
      }
    }
  }

  /** The Fourier transform in place, by halves (Cooley and Tukey 1965). */
  private void transform() {
    for (int i = 1, j = 0; i < size; i++) {
      int bit = size >> 1;
      for (; (j & bit) != 0; bit >>= 1) {
        j ^= bit;
      }
      j ^= bit;
      if (i < j) {
        swap(real, i, j);
        swap(imaginary, i, j);
      }
    }
    for (int half = 1; half < size; half *= 2) {
      int step = size / (2 * half);
      for (int start = 0; start < size; start += 2 * half) {
        for (int k = 0; k < half; k++) {
          int low = start + k;
          int high = low + half;
          double c = cosines[k * step];
          double s = sines[k * step];
          double re = real[high] * c - imaginary[high] * s;
          double im = real[high] * s + imaginary[high] * c;
          real[high] = real[low] - re;
          imaginary[high] = imaginary[low] - im;
          real[low] += re;
          imaginary[low] += im;
        }
      }
    }
  }

  private static void swap(double[] values, int i, int j) {
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}
