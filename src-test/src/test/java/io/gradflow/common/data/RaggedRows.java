package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.PackedColumn.Storage;
import io.gradflow.common.data.TextTokens.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Rows of columns that leave out their padding, for tests of their shards. */
final class RaggedRows {
  static final PackedLayout SMALL =
      new PackedLayout(
          List.of(
              ragged("tokens", 5, Storage.UINT16, Side.END),
              ragged("text", 4, Storage.UINT8, Side.START)),
          List.of(PackedColumn.of("label", 1, Storage.UINT8)),
          true);

  /** Weight, place, two counts, label, zeros, checksum. */
  static final int RECORD_BYTES = 28;

  static final float[][][] SMALL_ROWS = {
    {{7, 0, 300, 0, 0}, {0, 0, 9, 8}, {1}, {0.5f}},
    {{0, 0, 0, 0, 0}, {0, 0, 0, 0}, {2}, {2}},
    {{1, 2, 3, 4, 5}, {3, 2, 1, 255}, {0}, {1}},
  };

  private RaggedRows() {}

  static PackedColumn ragged(String name, int width, Storage storage, Side side) {
    return new PackedColumn(name, width, storage, List.of(0.0), List.of(1.0), Optional.of(side));
  }

  static void write(Path to, PackedLayout layout, float[][][] rows) throws IOException {
    try (PackedShardWriter writer = new PackedShardWriter(to, layout)) {
      for (float[][] row : rows) {
        writer.append(row, row[row.length - 1][0]);
      }
      writer.finish();
    }
  }

  /** A batch full of what earlier rows might have left. */
  static MiniBatch batch(PackedLayout layout, int rows) {
    MiniBatch batch =
        new MiniBatch(new ExampleSchema(fields(layout.inputs()), fields(layout.targets())), rows);
    for (int i = 0; i < layout.inputs().size(); i++) {
      Arrays.fill(batch.input(i), 77);
    }
    for (int i = 0; i < layout.targets().size(); i++) {
      Arrays.fill(batch.target(i), 77);
    }
    return batch;
  }

  private static List<Field> fields(List<PackedColumn> columns) {
    return columns.stream()
        .map(c -> new Field(c.name(), Shape.of(c.width()), Field.Kind.NUMBER, List.of()))
        .toList();
  }
}
