package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageDataTest {
  @TempDir private Path directory;

  /** Upright values by hand: two pixels stretched to four are 0, 25, 75, 100 hundredths. */
  @Test
  void prepare_folders_classesAndPixels() throws IOException {
    write("cats/one.png", "png", row(BufferedImage.TYPE_BYTE_GRAY, 0, 100));
    write("cats/two.bmp", "bmp", row(BufferedImage.TYPE_INT_RGB, 0xFF0000, 0x00FF00));
    write("dogs/three.gif", "gif", row(BufferedImage.TYPE_INT_RGB, 0x000000, 0xFFFFFF));
    try (PreparedData data =
        prepare(
            "folder",
            "",
            "{as: image, size: [1, 4], channels: 1, deviation: 0.00392156862745098}")) {
      assertEquals(List.of("cats", "dogs"), data.schema().targets().get(0).classes());
      assertEquals(Shape.of(1, 4, 1), data.schema().inputs().get(0).shape());
      // Red is 76, green 150 in grey.
      assertEquals(
          List.of(
              "[0.0, 25.0, 75.0, 100.0, 0.0, 1.0]",
              "[0.0, 64.0, 191.0, 255.0, 1.0, 1.0]",
              "[76.0, 95.0, 132.0, 150.0, 0.0, 1.0]"),
          rows(data, 6));
    }
  }

  /** By hand: new pixels cover two old ones and half of a third, in weights 3, 3, 1 of 7. */
  @Test
  void prepare_labelFile_shrunkAndCropped() throws IOException {
    write("img/a.png", "png", row(BufferedImage.TYPE_BYTE_GRAY, 0, 0, 255, 255));
    write("img/b.png", "png", row(BufferedImage.TYPE_INT_RGB, 0, 0xFFFFFF, 0, 0));
    Files.writeString(directory.resolve("names.csv"), "file,what\na.png,x\nb.png,y\n");
    try (PreparedData data =
        prepare(
            "what",
            "names.csv",
            "{as: image, size: [1, 2], channels: 1, deviation: 0.00392156862745098}")) {
      assertEquals(List.of("[109.0, 36.0, 1.0, 1.0]", "[36.0, 219.0, 0.0, 1.0]"), rows(data, 4));
    }
    try (PreparedData data =
        prepare(
            "what",
            "names.csv",
            "{as: image, size: [1, 1], fit: crop, deviation: 0.00392156862745098}")) {
      // The middle pixel of four lies between the second and the third.
      assertEquals(
          List.of("[128.0, 128.0, 128.0, 0.0, 1.0]", "[128.0, 128.0, 128.0, 1.0, 1.0]"),
          rows(data, 5));
    }
  }

  /** A lossy file decodes to about what was drawn. */
  @Test
  void prepare_jpeg_closeToWhatWasDrawn() throws IOException {
    BufferedImage plain = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      plain.setRGB(i % 16, i / 16, 0xC86432);
    }
    write("a/one.jpg", "jpg", plain);
    write("b/two.jpeg", "jpg", plain);
    try (PreparedData data =
        prepare("folder", "", "{as: image, size: [1, 1], deviation: 0.00392156862745098}")) {
      float[] all = ShardContents.of(data.train())[0];
      assertArrayEquals(new float[] {200, 100, 50}, Arrays.copyOf(all, 3), 3f);
    }
  }

  /** Bytes 0 and 255 of red, green and blue, each by its own mean and deviation. */
  @Test
  void prepare_meanAndDeviationByChannel_eachChannelByItsOwn() throws IOException {
    write("a/one.png", "png", row(BufferedImage.TYPE_INT_RGB, 0xFF00FF));
    write("b/two.png", "png", row(BufferedImage.TYPE_INT_RGB, 0x00FF00));
    try (PreparedData data =
        prepare(
            "folder",
            "",
            "{as: image, size: [1, 1], mean: [0.5, 0.25, 0], deviation: [0.5, 0.25, 1]}")) {
      assertEquals(
          List.of("[-1.0, 3.0, 0.0, 1.0, 1.0]", "[1.0, -1.0, 1.0, 0.0, 1.0]"), rows(data, 5));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cut       | 1 of 3 rows cannot be used
          text      | bytes that are no JPEG, PNG, BMP or GIF image
          bomb      | image of 65535 x 65535 pixels; expected at most 2^26 in all
          """)
  void prepare_brokenImage_isABadRow(String how, String expected) throws IOException {
    byte[] good = encoded("png", row(BufferedImage.TYPE_INT_RGB, 1, 2, 3, 4));
    write("a/good.png", "png", row(BufferedImage.TYPE_INT_RGB, 1, 2));
    write("b/good.png", "png", row(BufferedImage.TYPE_INT_RGB, 5, 6));
    byte[] bad =
        switch (how) {
          case "cut" -> Arrays.copyOf(good, good.length - 30);
          case "text" -> "not an image".getBytes(java.nio.charset.StandardCharsets.UTF_8);
          default -> {
            // Width and height of the header, at bytes 16 to 23; decoders check sums late.
            byte[] bomb = good.clone();
            for (int at : new int[] {18, 19, 22, 23}) {
              bomb[at] = (byte) 0xFF;
            }
            yield bomb;
          }
        };
    Files.write(directory.resolve("b/bad.png"), bad);
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () -> prepare("folder", "", "{as: image, size: [2, 2]}").close());
    assertEquals(ExitCode.BAD_DATA, e.code(), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().contains("b/bad.png"), e.getMessage());
  }

  private PreparedData prepare(String label, String labels, String feature) {
    String options = labels.isEmpty() ? "{}" : "{labels: " + labels + "}";
    String path = labels.isEmpty() ? directory.toString() : directory.resolve("img").toString();
    DataSpec spec =
        SpecReader.readYaml(
            "train: {format: files, path: %s, options: %s}%nfeatures: [%s]%nlabel: {column: %s, as: class}%n"
                .formatted(path, options, feature, label),
            "data.yaml",
            DataSpec.class);
    return PreparedData.prepare(SparkSessions.local2(), spec, 3, 1);
  }

  private static List<String> rows(PreparedData data, int width) {
    float[] all = ShardContents.of(data.train())[0];
    return Stream.iterate(0, at -> at < all.length, at -> at + width)
        .map(at -> rounded(Arrays.copyOfRange(all, at, at + width)))
        .sorted()
        .toList();
  }

  /** Scaling by 1 / 255 and back leaves the last bits of a float. */
  private static String rounded(float[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.round(row[i] * 1000) / 1000f;
    }
    return Arrays.toString(row);
  }

  private static BufferedImage row(int type, int... pixels) {
    BufferedImage image = new BufferedImage(pixels.length, 1, type);
    for (int x = 0; x < pixels.length; x++) {
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        image.getRaster().setSample(x, 0, 0, pixels[x]);
      } else {
        image.setRGB(x, 0, pixels[x]);
      }
    }
    return image;
  }

  private static byte[] encoded(String format, BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out), format);
    return out.toByteArray();
  }

  private void write(String name, String format, BufferedImage image) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, encoded(format, image));
  }
}
