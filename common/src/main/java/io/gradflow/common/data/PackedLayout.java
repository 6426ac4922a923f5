package io.gradflow.common.data;

import java.util.List;
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
  public PackedLayout {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a packed shard needs at least one input column");
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

  /** Where each column starts within a row's record: wide types first, so that they align. */
  int[] offsets() {
    List<PackedColumn> columns = columns().toList();
    int[] offsets = new int[columns.size()];
    int end = weighted ? Float.BYTES : 0;
    for (int bytes = Float.BYTES; bytes > 0; bytes /= 2) {
      for (int i = 0; i < offsets.length; i++) {
        PackedColumn column = columns.get(i);
        if (column.storage().bytes() == bytes) {
          offsets[i] = end;
          end = Math.addExact(end, Math.multiplyExact(column.width(), column.storage().bytes()));
        }
      }
    }
    return offsets;
  }

  /** Bytes of a row's record, a multiple of 4. */
  int stride() {
    long end = weighted ? Float.BYTES : 0;
    for (PackedColumn column : columns().toList()) {
      end += (long) column.width() * column.storage().bytes();
    }
    return Math.toIntExact((end + 3) / 4 * 4);
  }
}
