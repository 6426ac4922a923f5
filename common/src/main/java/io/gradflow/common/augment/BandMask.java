package io.gradflow.common.augment;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import java.util.Arrays;

/**
 * Blanks bands of an input [steps, numbers]: of each, the width is drawn evenly from 0 to {@code
 * most} and the start evenly from where it fits (Park et al. 2019, "SpecAugment").
 */
final class BandMask {
  private BandMask() {}

  /**
   * @param time whether steps are blanked, or the same numbers of all steps
   * @throws IllegalArgumentException if the input has another shape, or less than {@code most}
   */
  static RowChange of(
      ExampleSchema schema, String input, boolean time, int most, int masks, float fill) {
    int index = AugmentSpec.indexOf(schema, input);
    Field field = schema.inputs().get(index);
    if (field.shape().rank() != 2 || field.kind() != Field.Kind.NUMBER) {
      throw new IllegalArgumentException(
          "input %s of shape %s is no sequence; expected [steps, numbers]"
              .formatted(input, field.shape()));
    }
    int steps = field.shape().dims().get(0);
    int numbers = field.shape().dims().get(1);
    int length = time ? steps : numbers;
    if (most > length) {
      throw new IllegalArgumentException(
          "masks of up to %d of the %d %s of input %s"
              .formatted(most, length, time ? "steps" : "numbers", input));
    }
    return (batch, row, key) -> {
      float[] values = batch.input(index);
      int offset = row * steps * numbers;
      for (int mask = 0; mask < masks; mask++) {
        int width = Checks.below(most + 1, key, 2 * mask);
        int first = Checks.below(length - width + 1, key, 2 * mask + 1);
        if (time) {
          int start = offset + first * numbers;
          Arrays.fill(values, start, start + width * numbers, fill);
        } else {
          for (int step = 0; step < steps; step++) {
            int start = offset + step * numbers + first;
            Arrays.fill(values, start, start + width, fill);
          }
        }
      }
    };
  }
}
