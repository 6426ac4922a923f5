package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import java.util.List;

/**
 * How one field of an example is made: the floats of its parts, one after the other.
 *
 * @param name of the field
 * @param shape of the field; its size is the parts' widths added up
 * @param parts at least one; indices of classes or tokens stand alone
 */
public record FieldEncoder(String name, Shape shape, List<ColumnEncoder> parts) {
  public FieldEncoder {
    parts = List.copyOf(parts);
    int width = parts.stream().mapToInt(ColumnEncoder::width).sum();
    if (parts.isEmpty() || width != shape.size()) {
      throw new IllegalArgumentException(
          "field %s of shape %s needs %d numbers; its columns give %d"
              .formatted(name, shape, shape.size(), width));
    }
    if (parts.size() > 1 && parts.stream().anyMatch(part -> part.kind() != Field.Kind.NUMBER)) {
      throw new IllegalArgumentException("field " + name + " mixes indices with others");
    }
  }

  /** The field as networks and losses see it. */
  public Field field() {
    return new Field(name, shape, parts.get(0).kind(), parts.get(0).classes());
  }

  /**
   * How to store the field exactly in the least space.
   *
   * @param bytes whether all raw numbers of the data are whole numbers from 0 to 255
   */
  public PackedColumn packed(boolean bytes) {
    PackedColumn first = parts.get(0).packed(name, shape.size(), bytes);
    return parts.stream().allMatch(part -> part.packed(name, shape.size(), bytes).equals(first))
        ? first
        : PackedColumn.of(name, shape.size(), PackedColumn.Storage.FLOAT32);
  }
}
