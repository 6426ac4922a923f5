package io.gradflow.common.augment;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;
import java.util.Arrays;

/**
 * Blanks a square of each image, whose middle lies anywhere in it (DeVries and Taylor 2017,
 * "Improved regularization of convolutional neural networks with Cutout").
 *
 * @param size of the square's side; what lies beyond the edge is cut off
 * @param fill of the square
 */
@Kind("cutout")
@Doc("Blanks a square of each image.")
public record Cutout(
    @Doc("The square's side in pixels.") int size,
    @Doc("What the square is filled with.") @Default("0") float fill,
    @Doc("The input that holds the images.") @Default("features") String input)
    implements AugmentSpec {
  public Cutout {
    Checks.positive("size", size);
    Settings.requireFinite("fill", fill);
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    return ImageChange.of(schema, input, this::blank);
  }

  private void blank(ImageChange image, float[] values, int offset, long key) {
    int top = Checks.below(image.height, key, 0) - size / 2;
    int left = Checks.below(image.width, key, 1) - size / 2;
    int from = Math.max(left, 0);
    int to = Math.min(left + size, image.width);
    for (int y = Math.max(top, 0); y < Math.min(top + size, image.height); y++) {
      int row = offset + y * image.width * image.channels;
      Arrays.fill(values, row + from * image.channels, row + to * image.channels, fill);
    }
  }
}
