package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Cuts out a part of each image, of the image's proportions, and stretches it to the image's size.
 *
 * @param least share of height and width that is kept; evenly from there to 1
 */
@Kind("crop")
@Doc("Cuts out a part of each image and stretches it to the image's size.")
public record Crop(
    @Doc("The least share of height and width that is kept.") @Default("0.8") double least,
    @Doc("The input that holds the images.") @Default("features") String input)
    implements AugmentSpec {
  public Crop {
    if (!(least > 0 && least < 1)) {
      throw new IllegalArgumentException("least " + least + "; expected between 0 and 1");
    }
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    return ImageChange.of(schema, input, this::crop);
  }

  private void crop(ImageChange image, float[] values, int offset, long key) {
    float share = (float) (least + (1 - least) * CounterRng.uniform(key, 0));
    // The part's middle, from the image's: as far as the part still lies inside.
    float y = (1 - share) * (image.height - 1) * (CounterRng.uniform(key, 1) - 0.5f);
    float x = (1 - share) * (image.width - 1) * (CounterRng.uniform(key, 2) - 0.5f);
    image.move(values, offset, share, 0, y, 0, share, x, 0);
  }
}
