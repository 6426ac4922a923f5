package io.gradflow.common.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Encodes a micro-shard's raw rows into a packed shard, one at a time.
 *
 * @param preprocessing fitted
 * @param layout that fits the preprocessing's fields, in order
 */
public record RowPacker(Preprocessing preprocessing, PackedLayout layout) {
  public RowPacker {
    if (layout.inputs().size() != preprocessing.inputs().size()
        || layout.targets().size() != preprocessing.targets().size()
        || layout.weighted() != preprocessing.weight().isPresent()) {
      throw new IllegalArgumentException("packed layout does not fit the preprocessing");
    }
  }

  /**
   * Writes a shard file.
   *
   * @param rows bytes of {@link RawRow}, in the micro-shard's order
   * @param offset where a row starts within its bytes
   * @throws GradflowException (bad data) if an encoded number is not finite
   */
  public void pack(Iterator<byte[]> rows, int offset, Path file) throws IOException {
    RowEncoder encoder = preprocessing.encoder();
    List<PackedColumn> columns = layout.columns().toList();
    float[][] values =
        columns.stream().map(column -> new float[column.width()]).toArray(float[][]::new);
    try (PackedShardWriter writer = new PackedShardWriter(file, layout)) {
      while (rows.hasNext()) {
        RawRow row = encoder.row();
        row.read(rows.next(), offset);
        float weight = encoder.store(row, columns, values);
        for (int c = 0; c < values.length; c++) {
          checkFinite(columns.get(c), values[c]);
        }
        writer.append(values, weight);
      }
      writer.finish();
    }
  }

  /** This packer as bytes that {@link #of} reads in the same build of Gradflow. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(
          new Shipped(
              preprocessing.inputs(),
              preprocessing.targets(),
              preprocessing.weight().orElse(null),
              layout));
    } catch (IOException e) {
      throw new UncheckedIOException("an encoder cannot be sent to executors", e);
    }
    return bytes.toByteArray();
  }

  /** Reads {@link #toBytes}. */
  public static RowPacker of(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      Shipped shipped = (Shipped) in.readObject();
      return new RowPacker(
          new Preprocessing(
              shipped.inputs(), shipped.targets(), Optional.ofNullable(shipped.weight())),
          shipped.layout());
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("an encoder cannot be read on this executor", e);
    }
  }

  /** What Java serialization carries; it knows no Optional. */
  private record Shipped(
      List<FieldEncoder> inputs, List<FieldEncoder> targets, String weight, PackedLayout layout)
      implements Serializable {}

  private static void checkFinite(PackedColumn column, float[] values) {
    for (int j = 0; j < values.length; j++) {
      if (!Float.isFinite(values[j])) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "field %s, number %d: %s after scaling does not fit float32; choose another scale"
                .formatted(column.name(), j, values[j]));
      }
    }
  }
}
