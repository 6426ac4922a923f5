package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.ImageColumn;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An image file: JPEG, PNG, BMP or GIF, decoded, resized and scaled; packed as bytes.
 *
 * @param size height and width of the result
 * @param channels 1 for grey, 3 for colour, 4 with opacity
 * @param fit whether the whole image is stretched to the size, or its middle cut out
 * @param mean subtracted from values that go from 0 to 1
 * @param deviation what the difference is divided by
 */
@Kind("image")
@Doc("An image file: JPEG, PNG, BMP or GIF, decoded and resized.")
public record ImageFeature(
    @Doc("The column that holds the file's bytes.") @Default("content") List<String> columns,
    @Doc("The network input it is.") @Default("features") String input,
    @Doc("Height and width of the result, e.g. [64, 64].") List<Integer> size,
    @Doc("1: grey. 3: red, green, blue. 4: with opacity.") @Default("3") int channels,
    @Doc("stretch: all of the image. crop: the largest middle of the size's proportions.")
        @Default("stretch")
        Fit fit,
    @Doc("Subtracted from values, which go from 0 to 1.") @Default("0") double mean,
    @Doc("What values are divided by then.") @Default("1") double deviation)
    implements FeatureSpec {
  /** How an image comes to the size. */
  public enum Fit {
    STRETCH,
    CROP
  }

  public ImageFeature {
    columns = Columns.one("an image", Columns.some(columns));
    size = List.copyOf(size);
    if (size.size() != 2) {
      throw new IllegalArgumentException("size " + size + "; expected height and width");
    }
    if (!(deviation > 0) || !Double.isFinite(deviation) || !Double.isFinite(mean)) {
      throw new IllegalArgumentException(
          "mean " + mean + ", deviation " + deviation + "; expected finite, the latter above 0");
    }
    column(columns, size, channels, fit, mean, deviation);
  }

  private static ImageColumn column(
      List<String> columns,
      List<Integer> size,
      int channels,
      Fit fit,
      double mean,
      double deviation) {
    return new ImageColumn(
        columns.get(0),
        size.get(0),
        size.get(1),
        channels,
        fit == Fit.CROP,
        255 * mean,
        1 / (255 * deviation));
  }

  @Override
  public boolean alone() {
    return true;
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return Optional.of(Shape.of(size.get(0), size.get(1), channels));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(Columns.one("an image", found), RawGroup.Content.BINARY, 0);
  }

  @Override
  public Optional<ColumnEncoder> check(List<String> found) {
    return Optional.of(column(found, size, channels, fit, mean, deviation));
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return FeatureFit.of(column(found, size, channels, fit, mean, deviation));
  }
}
