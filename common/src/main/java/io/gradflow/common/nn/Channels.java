package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.NormKernels;
import io.gradflow.common.array.RowKernels;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sums over the positions of an activation [rows, ..., channels], one a channel, positions
 * ascending, and what goes back from them. Where the activation is masked, statistics are over the
 * positions that count; the others have no part in them. Positions are taken in runs of at most
 * {@value #RUN}, whose sums add up, so that no sum is one long chain of roundings.
 */
final class Channels {
  private static final int RUN = 64;

  private final int channels;
  private final Optional<Buffer> mask;
  private final int positionsPerStep;
  private final Buffer run;

  /** For the activation that is the layer's input 0. */
  Channels(Binding binding) {
    this.channels = Inputs.lastAxis(binding.inputShapes().get(0));
    this.mask = binding.inputMask(0);
    this.positionsPerStep =
        mask.map(steps -> binding.inputShapes().get(0).size() / channels / steps.width()).orElse(1);
    this.run = binding.scratch(2 * channels);
  }

  private boolean counts(int position) {
    return mask.isEmpty()
        || mask.get().array()[mask.get().offset() + position / positionsPerStep] != 0;
  }

  /** The end of the run that begins at a position: all count or none does. */
  private int runEnd(int from, int to) {
    int end = from + 1;
    int most = Math.min(to, from + RUN);
    if (mask.isEmpty()) {
      return most;
    }
    boolean counts = counts(from);
    while (end < most && counts(end) == counts) {
      end++;
    }
    return end;
  }

  /** How many positions count. */
  int count(int from, int to) {
    if (mask.isEmpty()) {
      return to - from;
    }
    int count = 0;
    for (int position = from; position < to; position++) {
      count += counts(position) ? 1 : 0;
    }
    return count;
  }

  /** sums = sum_p x_p over positions that count. */
  void sum(int from, int to, Buffer x, float[] sums, int so) {
    Arrays.fill(sums, so, so + channels, 0);
    for (int p = from; p < to; ) {
      int end = runEnd(p, to);
      if (counts(p)) {
        clear(channels);
        RowKernels.columnSums(
            end - p, channels, x.array(), x.offset() + p * channels, run.array(), run.offset());
        ArrayKernels.addInPlace(channels, sums, so, run.array(), run.offset());
      }
      p = end;
    }
  }

  /** sums = sum_p (x_p - mean)^2 over positions that count. */
  void squares(int from, int to, Buffer x, float[] mean, int mo, float[] sums, int so) {
    Arrays.fill(sums, so, so + channels, 0);
    for (int p = from; p < to; ) {
      int end = runEnd(p, to);
      if (counts(p)) {
        clear(channels);
        NormKernels.columnSquares(
            end - p,
            channels,
            x.array(),
            x.offset() + p * channels,
            mean,
            mo,
            run.array(),
            run.offset());
        ArrayKernels.addInPlace(channels, sums, so, run.array(), run.offset());
      }
      p = end;
    }
  }

  /** sums_0 = sum_p dy_p, sums_1 = sum_p dy_p (x_p - mean), over all positions. */
  void gradients(
      int from, int to, Buffer x, Buffer dy, float[] mean, int mo, float[] sums, int so) {
    Arrays.fill(sums, so, so + 2 * channels, 0);
    for (int p = from; p < to; p += RUN) {
      clear(2 * channels);
      NormKernels.columnGradients(
          Math.min(RUN, to - p),
          channels,
          mean,
          mo,
          x.array(),
          x.offset() + p * channels,
          dy.array(),
          dy.offset() + p * channels,
          run.array(),
          run.offset());
      ArrayKernels.addInPlace(2 * channels, sums, so, run.array(), run.offset());
    }
  }

  /**
   * dx = factor dy + shift + (x - mean) slope; where a position does not count dx = factor dy.
   *
   * @param c [4, channels]: mean, factor, shift, slope
   */
  void backward(int from, int to, float[] c, int co, Buffer x, Buffer dy, Buffer dx) {
    for (int p = from; p < to; ) {
      int end = runEnd(p, to);
      int at = p * channels;
      if (counts(p)) {
        NormKernels.normalizeColumnsBackward(
            end - p,
            channels,
            c,
            co,
            x.array(),
            x.offset() + at,
            dy.array(),
            dy.offset() + at,
            dx.array(),
            dx.offset() + at);
      } else {
        for (int i = at; i < end * channels; i++) {
          dx.array()[dx.offset() + i] =
              c[co + channels + i % channels] * dy.array()[dy.offset() + i];
        }
      }
      p = end;
    }
  }

  private void clear(int floats) {
    Arrays.fill(run.array(), run.offset(), run.offset() + floats, 0);
  }
}
