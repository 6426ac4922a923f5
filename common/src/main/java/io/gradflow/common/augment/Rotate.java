package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Turns images about their middle, evenly from {@code -degrees} to {@code degrees}.
 *
 * @param degrees at most
 * @param fill of what comes in at the edge
 */
@Kind("rotate")
@Doc("Turns images about their middle.")
public record Rotate(
    @Doc("How far at most, in degrees.") double degrees,
    @Doc("What comes in at the edge.") @Default("0") float fill,
    @Doc("The input that holds the images.") @Default("features") String input)
    implements AugmentSpec {
  public Rotate {
    if (!(degrees > 0 && degrees <= 180)) {
      throw new IllegalArgumentException("degrees " + degrees + "; expected above 0, at most 180");
    }
    Settings.requireFinite("fill", fill);
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    return ImageChange.of(schema, input, this::rotate);
  }

  private void rotate(ImageChange image, float[] values, int offset, long key) {
    double angle = StrictMath.toRadians(degrees * (2 * CounterRng.uniform(key, 0) - 1));
    float sine = (float) StrictMath.sin(angle);
    float cosine = (float) StrictMath.cos(angle);
    image.move(values, offset, cosine, -sine, 0, sine, cosine, 0, fill);
  }
}
