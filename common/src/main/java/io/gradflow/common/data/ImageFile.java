package io.gradflow.common.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A decoded image, a byte each channel of each pixel. JPEG, PNG, BMP and GIF (its first frame) are
 * decoded by the JDK; all that is done to the pixels afterwards is arithmetic of ours, with the
 * same bits on every machine.
 */
final class ImageFile {
  private static final long MAX_PIXELS = 1L << 26;

  private final int height;
  private final int width;
  private final int channels;
  private final byte[] pixels;

  private ImageFile(int height, int width, int channels, byte[] pixels) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.pixels = pixels;
  }

  /** Bytes that are no image. */
  static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    BrokenException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Decodes a file.
   *
   * @param channels 1: grey, 0.299 R + 0.587 G + 0.114 B; 3: colour; 4: with opacity, 255 where the
   *     file has none
   * @throws BrokenException if it is none that can be read, naming the fault
   */
  static ImageFile decode(byte[] file, int channels) throws BrokenException {
    try (ImageInputStream from = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(from);
      if (!readers.hasNext()) {
        throw new BrokenException(
            file.length + " bytes that are no JPEG, PNG, BMP or GIF image", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(from, true, true);
        long size = (long) reader.getWidth(0) * reader.getHeight(0);
        if (size > MAX_PIXELS) {
          throw new BrokenException(
              "image of %d x %d pixels; expected at most 2^26 in all"
                  .formatted(reader.getHeight(0), reader.getWidth(0)),
              null);
        }
        return of(reader.read(0), channels);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw new BrokenException(
          "image of %d bytes cannot be decoded: %s".formatted(file.length, e.getMessage()), e);
    }
  }

  private static ImageFile of(BufferedImage image, int channels) {
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] pixels = new byte[height * width * channels];
    Raster raster = image.getRaster();
    ColorModel colors = image.getColorModel();
    // Grey values as they are: the JDK's own conversion to colours would bend them.
    boolean grey = raster.getNumBands() <= 2 && colors.getNumColorComponents() == 1;
    int shift = Math.max(0, colors.getComponentSize(0) - Byte.SIZE);
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int argb;
        if (grey) {
          int level = raster.getSample(x, y, 0) >> shift;
          argb = 0xFF000000 | level << 16 | level << 8 | level;
        } else {
          argb = image.getRGB(x, y);
        }
        int red = argb >> 16 & 0xFF;
        int green = argb >> 8 & 0xFF;
        int blue = argb & 0xFF;
        if (channels == 1) {
          pixels[at++] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
          continue;
        }
        pixels[at++] = (byte) red;
        pixels[at++] = (byte) green;
        pixels[at++] = (byte) blue;
        if (channels == 4) {
          pixels[at++] = (byte) (argb >>> 24);
        }
      }
    }
    return new ImageFile(height, width, channels, pixels);
  }

  /**
   * The pixels at another size: the middle of the right proportions, or all of it, by linear
   * interpolation between pixel centers; where it shrinks, over all pixels that a new one covers (a
   * triangle twice as wide as it). Rounded to the nearest once, at the end.
   */
  byte[] resized(int newHeight, int newWidth, boolean crop) {
    double top = 0;
    double left = 0;
    double rows = height;
    double columns = width;
    if (crop) {
      double scale = Math.min((double) height / newHeight, (double) width / newWidth);
      rows = scale * newHeight;
      columns = scale * newWidth;
      top = (height - rows) / 2;
      left = (width - columns) / 2;
    }
    double[][] across = weights(width, left, columns, newWidth);
    double[][] down = weights(height, top, rows, newHeight);
    double[] wide = new double[height * newWidth * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < newWidth; x++) {
        double[] weights = across[x];
        for (int c = 0; c < channels; c++) {
          double sum = 0;
          for (int i = 1; i < weights.length; i++) {
            int from = (int) weights[0] + i - 1;
            sum += weights[i] * (pixels[(y * width + from) * channels + c] & 0xFF);
          }
          wide[(y * newWidth + x) * channels + c] = sum;
        }
      }
    }
    byte[] result = new byte[newHeight * newWidth * channels];
    int stride = newWidth * channels;
    for (int y = 0; y < newHeight; y++) {
      double[] weights = down[y];
      for (int x = 0; x < stride; x++) {
        double sum = 0;
        for (int i = 1; i < weights.length; i++) {
          sum += weights[i] * wide[((int) weights[0] + i - 1) * stride + x];
        }
        result[y * stride + x] = (byte) Math.min(255, (int) (sum + 0.5));
      }
    }
    return result;
  }

  /** For each new pixel the first old one, then the weights from it on, which add up to 1. */
  private static double[][] weights(int size, double start, double length, int newSize) {
    double scale = length / newSize;
    double reach = Math.max(1, scale);
    double[][] all = new double[newSize][];
    for (int i = 0; i < newSize; i++) {
      double middle = start + (i + 0.5) * scale - 0.5;
      int first = Math.max(0, (int) Math.ceil(middle - reach));
      int last = Math.min(size - 1, (int) Math.floor(middle + reach));
      double[] weights = new double[last - first + 2];
      weights[0] = first;
      double sum = 0;
      for (int j = first; j <= last; j++) {
        double weight = Math.max(0, 1 - Math.abs(j - middle) / reach);
        weights[j - first + 1] = weight;
        sum += weight;
      }
      for (int j = 1; j < weights.length; j++) {
        weights[j] /= sum;
      }
      all[i] = weights;
    }
    return all;
  }
}
