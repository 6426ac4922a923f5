package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import java.util.Arrays;

/** What becomes of steps that do not count. */
final class MaskedSteps {
  private MaskedSteps() {}

  /**
   * Zeroes the vectors of steps that do not count.
   *
   * @param steps of all rows
   * @param mask [steps]
   * @param x [steps, channels]
   */
  static void clear(int steps, Buffer mask, Buffer x, int channels) {
    for (int step = 0; step < steps; step++) {
      if (mask.array()[mask.offset() + step] == 0) {
        int from = x.offset() + step * channels;
        Arrays.fill(x.array(), from, from + channels, 0f);
      }
    }
  }
}
