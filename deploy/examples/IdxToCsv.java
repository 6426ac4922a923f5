import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Images and labels in gzipped IDX files to one gzipped CSV file with the columns pixel_0, pixel_1,
 * ... and label. Run by the JDK alone:
 *
 * <pre>java IdxToCsv.java images-idx3-ubyte.gz labels-idx1-ubyte.gz rows.csv.gz</pre>
 *
 * <p>IDX: two zero bytes, the type (8 for unsigned bytes), the number of axes, each axis as a
 * big-endian int, then the elements in row-major order.
 */
final class IdxToCsv {
  private static final int UNSIGNED_BYTES = 8;

  private IdxToCsv() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: java IdxToCsv.java IMAGES.gz LABELS.gz OUTPUT.csv.gz");
      System.exit(64);
    }
    Path output = Path.of(args[2]).toAbsolutePath();
    Files.createDirectories(output.getParent());
    Path unfinished = output.resolveSibling(output.getFileName() + ".part");
    int rows;
    try (DataInputStream images = open(args[0]);
        DataInputStream labels = open(args[1]);
        OutputStream csv =
            new BufferedOutputStream(
                new GZIPOutputStream(Files.newOutputStream(unfinished)), 1 << 16)) {
      rows = convert(images, args[0], labels, args[1], csv);
    }
    Files.move(unfinished, output, StandardCopyOption.REPLACE_EXISTING);
    System.err.println(output + ": " + rows + " rows");
  }

  private static int convert(
      DataInputStream images,
      String imagesName,
      DataInputStream labels,
      String labelsName,
      OutputStream csv)
      throws IOException {
    int[] shape = header(images, imagesName);
    int rows = shape[0];
    int[] labelShape = header(labels, labelsName);
    if (labelShape.length != 1 || labelShape[0] != rows) {
      throw new IOException(labelsName + ": " + labelShape[0] + " labels for " + rows + " images");
    }
    int pixels = 1;
    for (int axis = 1; axis < shape.length; axis++) {
      pixels = Math.multiplyExact(pixels, shape[axis]);
    }
    StringBuilder line = new StringBuilder();
    for (int p = 0; p < pixels; p++) {
      line.append("pixel_").append(p).append(',');
    }
    csv.write(line.append("label\n").toString().getBytes(StandardCharsets.US_ASCII));
    byte[] image = new byte[pixels];
    for (int row = 0; row < rows; row++) {
      images.readFully(image);
      line.setLength(0);
      for (byte pixel : image) {
        line.append(pixel & 0xff).append(',');
      }
      line.append(labels.readUnsignedByte()).append('\n');
      csv.write(line.toString().getBytes(StandardCharsets.US_ASCII));
    }
    return rows;
  }

  private static int[] header(DataInputStream in, String name) throws IOException {
    int magic = in.readInt();
    int axes = magic & 0xff;
    if (magic >>> 8 != UNSIGNED_BYTES || axes < 1) {
      throw new IOException(
          "%s: begins with %08x; expected 000008NN, an IDX file of unsigned bytes"
              .formatted(name, magic));
    }
    int[] shape = new int[axes];
    for (int axis = 0; axis < axes; axis++) {
      shape[axis] = in.readInt();
      if (shape[axis] < 1) {
        throw new EOFException(name + ": axis " + axis + " has extent " + shape[axis]);
      }
    }
    return shape;
  }

  private static DataInputStream open(String file) throws IOException {
    return new DataInputStream(
        new BufferedInputStream(new GZIPInputStream(Files.newInputStream(Path.of(file))), 1 << 16));
  }
}
