package io.gradflow.common.augment;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;

/**
 * The frame of a change of images [height, width, channels]: finds the input, and moves images by
 * affine maps.
 */
final class ImageChange implements RowChange {
  /** What is done to one image, in place. */
  interface Change {
    void apply(ImageChange image, float[] values, int offset, long key);
  }

  final int height;
  final int width;
  final int channels;
  private final int input;
  private final int size;
  private final float[] scratch;
  private final Change change;

  private ImageChange(int input, Shape shape, Change change) {
    this.input = input;
    this.height = shape.dims().get(0);
    this.width = shape.dims().get(1);
    this.channels = shape.dims().get(2);
    this.size = shape.size();
    this.scratch = new float[size];
    this.change = change;
  }

  /**
   * @throws IllegalArgumentException if the input is no image
   */
  static ImageChange of(ExampleSchema schema, String input, Change change) {
    int index = AugmentSpec.indexOf(schema, input);
    Field field = schema.inputs().get(index);
    if (field.shape().rank() != 3 || field.kind() != Field.Kind.NUMBER) {
      throw new IllegalArgumentException(
          "input %s of shape %s is no image; expected [height, width, channels]"
              .formatted(input, field.shape()));
    }
    return new ImageChange(index, field.shape(), change);
  }

  @Override
  public void apply(MiniBatch batch, int row, long key) {
    change.apply(this, batch.input(input), row * size, key);
  }

  /**
   * Replaces the image by one whose pixel (y, x), counted from the middle, is that at (yy y + yx x
   * + y0, xy y + xx x + x0) of the old one, between pixels linearly in both directions, and {@code
   * fill} beyond the edge.
   */
  void move(
      float[] values,
      int offset,
      float yy,
      float yx,
      float y0,
      float xy,
      float xx,
      float x0,
      float fill) {
    System.arraycopy(values, offset, scratch, 0, size);
    float middleY = (height - 1) / 2f;
    float middleX = (width - 1) / 2f;
    int at = offset;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float fromY = Math.fma(yy, y - middleY, Math.fma(yx, x - middleX, y0)) + middleY;
        float fromX = Math.fma(xy, y - middleY, Math.fma(xx, x - middleX, x0)) + middleX;
        at = pixel(fromY, fromX, fill, values, at);
      }
    }
  }

  private int pixel(float y, float x, float fill, float[] to, int start) {
    int at = start;
    if (!(y > -1 && y < height && x > -1 && x < width)) {
      for (int c = 0; c < channels; c++) {
        to[at++] = fill;
      }
      return at;
    }
    // Floors, since y and x are above -1.
    int top = (int) (y + 1) - 1;
    int left = (int) (x + 1) - 1;
    float down = y - top;
    float right = x - left;
    for (int c = 0; c < channels; c++) {
      float upper = between(old(top, left, c, fill), old(top, left + 1, c, fill), right);
      float lower = between(old(top + 1, left, c, fill), old(top + 1, left + 1, c, fill), right);
      to[at++] = between(upper, lower, down);
    }
    return at;
  }

  private float old(int y, int x, int c, float fill) {
    return y < 0 || y >= height || x < 0 || x >= width
        ? fill
        : scratch[(y * width + x) * channels + c];
  }

  private static float between(float a, float b, float share) {
    return Math.fma(share, b - a, a);
  }
}
