package io.gradflow.common.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * Encodes a micro-shard's raw rows into a packed shard, one at a time.
 *
 * @param preprocessing fitted
 * @param layout that fits the preprocessing's fields, in order
 * @param classWeights by the first target's index, multiplied with the rows' own; empty for 1
 */
public record RowPacker(
    Preprocessing preprocessing, PackedLayout layout, List<Float> classWeights) {
  /** Rows with no weights but their own. */
  public RowPacker(Preprocessing preprocessing, PackedLayout layout) {
    this(preprocessing, layout, List.of());
  }

  public RowPacker {
    classWeights = List.copyOf(classWeights);
    if (layout.inputs().size() != preprocessing.inputs().size()
        || layout.targets().size() != preprocessing.targets().size()
        || layout.weighted() != (preprocessing.weight().isPresent() || !classWeights.isEmpty())) {
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
        writer.append(values, weight * classWeight(values));
      }
      writer.finish();
    }
  }

  private float classWeight(float[][] values) {
    return classWeights.isEmpty()
        ? 1
        : classWeights.get((int) values[preprocessing.inputs().size()][0]);
  }

  /** This packer as JSON: what executors get. */
  public byte[] toBytes() {
    return SpecWriter.toJson(this).getBytes(StandardCharsets.UTF_8);
  }

  /** Reads {@link #toBytes}. */
  public static RowPacker of(byte[] bytes) {
    return SpecReader.readJson(new String(bytes, StandardCharsets.UTF_8), RowPacker.class);
  }

  private static void checkFinite(PackedColumn column, float[] values) {
    for (int j = 0; j < values.length; j++) {
      if (!Float.isFinite(values[j])) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "field %s, number %d: %s after scaling does not fit %s; choose another scale"
                .formatted(
                    column.name(),
                    j,
                    values[j],
                    column.storage() == PackedColumn.Storage.FLOAT16 ? "float16" : "float32"));
      }
    }
  }
}
