package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * An image file, decoded and resized: channels last, row by row, each number y = (float) ((b -
 * center) * factor) of a byte b, by channel.
 *
 * @param column that holds the file's bytes
 * @param height of the result
 * @param pixelWidth width of the result
 * @param channels 1 for grey, 3 for red, green and blue, 4 with opacity
 * @param crop whether the middle of the right proportions is taken, or all is stretched
 * @param centers of the bytes: one, or one a channel
 * @param factors of the bytes, as many
 */
@Kind("image")
@Doc("An image file, decoded and resized.")
public record ImageColumn(
    String column,
    int height,
    int pixelWidth,
    @Default("3") int channels,
    @Default("false") boolean crop,
    @Default("[0]") List<Double> centers,
    @Default("[1]") List<Double> factors)
    implements ColumnEncoder {
  public ImageColumn {
    if (height < 1 || pixelWidth < 1 || (long) height * pixelWidth > 1 << 24) {
      throw new IllegalArgumentException(
          "image of %d x %d pixels; expected at least 1 x 1, at most 2^24"
              .formatted(height, pixelWidth));
    }
    if (channels != 1 && channels != 3 && channels != 4) {
      throw new IllegalArgumentException(
          "channels " + channels + "; expected 1 (grey), 3 (colour) or 4 (with opacity)");
    }
    centers = List.copyOf(centers);
    factors = List.copyOf(factors);
    if ((centers.size() != 1 && centers.size() != channels)
        || factors.size() != centers.size()
        || !centers.stream().allMatch(Double::isFinite)
        || !factors.stream().allMatch(factor -> Double.isFinite(factor) && factor != 0)) {
      throw new IllegalArgumentException(
          "centers %s, factors %s; expected one, or one for each of %d channels"
              .formatted(centers, factors, channels));
    }
  }

  /** Height, width, channels. */
  public Shape shape() {
    return Shape.of(height, pixelWidth, channels);
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(List.of(column), RawGroup.Content.BINARY, 0);
  }

  @Override
  public int width() {
    return height * pixelWidth * channels;
  }

  @Override
  public PackedColumn packed(String field, int fieldWidth, boolean bytes) {
    return new PackedColumn(field, fieldWidth, PackedColumn.Storage.UINT8, centers, factors);
  }

  @Override
  public Bound bind() {
    return new Bound() {
      private byte[] decodedFrom;
      private byte[] pixels;

      @Override
      public String problem(RawValues values) {
        if (values.bytes() == decodedFrom) {
          return null;
        }
        decodedFrom = null;
        try {
          pixels = ImageFile.decode(values.bytes(), channels).resized(height, pixelWidth, crop);
        } catch (ImageFile.BrokenException e) {
          return "column " + column + ": " + e.getMessage();
        }
        decodedFrom = values.bytes();
        return null;
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        encodeBytes(values, to, offset);
        int scales = centers.size();
        for (int i = 0; i < pixels.length; i++) {
          to[offset + i] =
              (float) ((to[offset + i] - centers.get(i % scales)) * factors.get(i % scales));
        }
      }

      @Override
      public void encodeBytes(RawValues values, float[] to, int offset) {
        String problem = problem(values);
        if (problem != null) {
          throw new IllegalStateException(problem);
        }
        for (int i = 0; i < pixels.length; i++) {
          to[offset + i] = pixels[i] & 0xFF;
        }
      }
    };
  }
}
