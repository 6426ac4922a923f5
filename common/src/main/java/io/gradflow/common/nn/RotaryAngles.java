package io.gradflow.common.nn;

import io.gradflow.common.array.AttentionKernels;

/** Cosines and sines of rotary positions: step t turns pair i by t / base^(2i / width). */
final class RotaryAngles {
  private final int pairs;
  private final float[] cosines;
  private final float[] sines;

  RotaryAngles(int steps, int width, float base) {
    this.pairs = width / 2;
    this.cosines = new float[steps * pairs];
    this.sines = new float[steps * pairs];
    for (int t = 0; t < steps; t++) {
      for (int i = 0; i < pairs; i++) {
        double angle = t * StrictMath.pow(base, -2.0 * i / width);
        cosines[t * pairs + i] = (float) StrictMath.cos(angle);
        sines[t * pairs + i] = (float) StrictMath.sin(angle);
      }
    }
  }

  /** Turns one head of a row's steps, {@code stride} floats apart. */
  void rotate(int steps, float sign, float[] x, int xo, int stride) {
    for (int t = 0; t < steps; t++) {
      AttentionKernels.rotate(pairs, cosines, sines, t * pairs, sign, x, xo + t * stride);
    }
  }
}
