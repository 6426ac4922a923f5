package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.ImageColumn;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;

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
    @Doc("Subtracted from values, which go from 0 to 1; one number, or one a channel.")
        @Default("[0]")
        List<Double> mean,
    @Doc("What values are divided by then; one number, or one a channel.") @Default("[1]")
        List<Double> deviation)
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
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.isEmpty()
        || deviation.isEmpty()
        || !mean.stream().allMatch(Double::isFinite)
        || !deviation.stream().allMatch(each -> each > 0 && Double.isFinite(each))) {
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
      List<Double> mean,
      List<Double> deviation) {
    int scales = Math.max(mean.size(), deviation.size());
    return new ImageColumn(
        columns.get(0),
        size.get(0),
        size.get(1),
        channels,
        fit == Fit.CROP,
        each(scales, mean, value -> 255 * value),
        each(scales, deviation, value -> 1 / (255 * value)));
  }

  /** As many numbers as there are scales: one stands for all. */
  private static List<Double> each(int scales, List<Double> given, DoubleUnaryOperator number) {
    List<Double> all = given.size() == 1 ? Collections.nCopies(scales, given.get(0)) : given;
    return all.stream().map(number::applyAsDouble).toList();
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
