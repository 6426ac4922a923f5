package io.gradflow.common.augment;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Moves images by whole pixels, each direction evenly from {@code -pixels} to {@code pixels}: the
 * random crop of a padded image.
 *
 * @param pixels at most
 * @param fill of what comes in at the edge
 */
@Kind("shift")
@Doc("Moves images up or down, left or right, by whole pixels.")
public record Shift(
    @Doc("How far at most.") int pixels,
    @Doc("What comes in at the edge.") @Default("0") float fill,
    @Doc("The input that holds the images.") @Default("features") String input)
    implements AugmentSpec {
  public Shift {
    Checks.positive("pixels", pixels);
    Settings.requireFinite("fill", fill);
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    return ImageChange.of(
        schema,
        input,
        (image, values, offset, key) ->
            image.move(values, offset, 1, 0, draw(key, 0), 0, 1, draw(key, 1), fill));
  }

  private int draw(long key, int index) {
    return Checks.below(2 * pixels + 1, key, index) - pixels;
  }
}
