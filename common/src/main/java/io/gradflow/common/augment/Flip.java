package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Mirrors images.
 *
 * @param horizontal probability that left and right change places
 * @param vertical probability that top and bottom do
 */
@Kind("flip")
@Doc("Mirrors images.")
public record Flip(
    @Doc("Probability that left and right change places.") @Default("0.5") double horizontal,
    @Doc("Probability that top and bottom change places.") @Default("0") double vertical,
    @Doc("The input that holds the images.") @Default("features") String input)
    implements AugmentSpec {
  public Flip {
    Checks.probability("horizontal", horizontal);
    Checks.probability("vertical", vertical);
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    return ImageChange.of(schema, input, this::flip);
  }

  private void flip(ImageChange image, float[] values, int offset, long key) {
    if (CounterRng.uniform(key, 0) < horizontal) {
      for (int y = 0; y < image.height; y++) {
        swap(values, offset + y * image.width * image.channels, image.width, image.channels);
      }
    }
    if (CounterRng.uniform(key, 1) < vertical) {
      swap(values, offset, image.height, image.width * image.channels);
    }
  }

  /** Turns the order of {@code count} blocks round. */
  private static void swap(float[] values, int offset, int count, int block) {
    for (int first = 0, last = count - 1; first < last; first++, last--) {
      for (int i = 0; i < block; i++) {
        int a = offset + first * block + i;
        int b = offset + last * block + i;
        float value = values[a];
        values[a] = values[b];
        values[b] = value;
      }
    }
  }
}
