package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import java.util.List;

/**
 * How one field of an example is made: the floats of its parts, one after the other.
 *
 * @param name of the field
 * @param shape of the field; its size is the parts' widths added up
 * @param parts at least one; a class index stands alone
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
    if (parts.size() > 1 && parts.stream().anyMatch(part -> !part.classes().isEmpty())) {
      throw new IllegalArgumentException("field " + name + " mixes a class index with others");
    }
  }

  /** The field as networks and losses see it. */
  public Field field() {
    List<String> classes = parts.get(0).classes();
    return new Field(
        name, shape, classes.isEmpty() ? Field.Kind.NUMBER : Field.Kind.CLASS, classes);
  }

  /**
   * How to store the field exactly in the least space.
   *
   * @param bytes whether all raw numbers of the data are whole numbers from 0 to 255
   */
  public PackedColumn packed(boolean bytes) {
    int classes = parts.get(0).classes().size();
    if (classes > 0) {
      return PackedColumn.of(
          name, 1, classes <= 256 ? PackedColumn.Storage.UINT8 : PackedColumn.Storage.INT32);
    }
    if (bytes
        && parts.get(0) instanceof NumericColumns first
        && parts.stream()
            .allMatch(
                part ->
                    part instanceof NumericColumns other
                        && other.uniform()
                        && other.center(0) == first.center(0)
                        && other.factor(0) == first.factor(0))) {
      return new PackedColumn(
          name, shape.size(), PackedColumn.Storage.UINT8, first.center(0), first.factor(0));
    }
    return PackedColumn.of(name, shape.size(), PackedColumn.Storage.FLOAT32);
  }
}
