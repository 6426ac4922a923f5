package io.gradflow.common.data;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The columns of a packed shard, in the order of the schema's fields.
 *
 * @param inputs one per input field
 * @param targets one per target field
 * @param weighted whether rows carry a weight; without, every weight reads as 1
 */
public record PackedLayout(
    List<PackedColumn> inputs, List<PackedColumn> targets, boolean weighted) {
  /** Leaves room for a map of the values of many rows in a Java buffer of 2^31 - 1 bytes. */
  private static final int MAX_BLOCK_BYTES = 1 << 29;

  public PackedLayout {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a packed shard needs at least one input column");
    }
    long block = blockBytes(Stream.concat(inputs.stream(), targets.stream()));
    if (block > MAX_BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "ragged columns of up to %d bytes a row; expected at most %d"
              .formatted(block, MAX_BLOCK_BYTES));
    }
  }

  /** Every field as float32, class and token indices as int32: what any encoded rows fit in. */
  public static PackedLayout plain(ExampleSchema schema, boolean weighted) {
    return new PackedLayout(
        schema.inputs().stream().map(PackedLayout::plain).toList(),
        schema.targets().stream().map(PackedLayout::plain).toList(),
        weighted);
  }

  private static PackedColumn plain(Field field) {
    return PackedColumn.of(
        field.name(),
        field.width(),
        field.kind() == Field.Kind.NUMBER
            ? PackedColumn.Storage.FLOAT32
            : PackedColumn.Storage.INT32);
  }

  /** The same for rows that classes may weigh. */
  public PackedLayout weighted(List<Float> classWeights) {
    return new PackedLayout(inputs, targets, weighted || !classWeights.isEmpty());
  }

  Stream<PackedColumn> columns() {
    return Stream.concat(inputs.stream(), targets.stream());
  }

  /** Whether rows have values behind all records. */
  boolean ragged() {
    return columns().anyMatch(PackedColumn::ragged);
  }

  /** Which columns have their values behind all records. */
  int[] raggedColumns() {
    List<PackedColumn> columns = columns().toList();
    return IntStream.range(0, columns.size()).filter(c -> columns.get(c).ragged()).toArray();
  }

  /** Bytes with the zeros behind them up to a multiple of 4. */
  static long aligned(long bytes) {
    return (bytes + 3) / 4 * 4;
  }

  /** Bytes that a row's values of all ragged columns can take, a multiple of 4. */
  int maxBlockBytes() {
    return (int) blockBytes(columns());
  }

  private static long blockBytes(Stream<PackedColumn> columns) {
    return aligned(
        columns
            .filter(PackedColumn::ragged)
            .mapToLong(column -> (long) column.width() * column.storage().bytes())
            .sum());
  }

  /** Where a record says at which byte of the ragged part the row's values start. */
  int placeOffset() {
    return weighted ? Float.BYTES : 0;
  }

  /** Where each column starts within a row's record: wide types first, so that they align. */
  int[] offsets() {
    List<PackedColumn> columns = columns().toList();
    int[] offsets = new int[columns.size()];
    int end = placeOffset() + (ragged() ? Long.BYTES : 0);
    for (int bytes = Float.BYTES; bytes > 0; bytes /= 2) {
      for (int i = 0; i < offsets.length; i++) {
        PackedColumn column = columns.get(i);
        if (column.alignment() == bytes) {
          offsets[i] = end;
          end = Math.addExact(end, Math.toIntExact(column.recordBytes()));
        }
      }
    }
    return offsets;
  }

  /** Bytes of a row's record, a multiple of 4. */
  int stride() {
    long end = (long) placeOffset() + (ragged() ? Long.BYTES : 0);
    for (PackedColumn column : columns().toList()) {
      end += column.recordBytes();
    }
    return Math.toIntExact(aligned(end));
  }
}
