package io.gradflow.common.data;

import io.gradflow.common.array.Float16;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import java.util.ArrayList;
import java.util.List;

/**
 * How one field of an example is made: the floats of its parts, one after the other.
 *
 * @param name of the field
 * @param shape of the field; its size is the parts' widths added up
 * @param parts at least one, all of a kind; their indices follow on one another
 * @param float16 whether numbers are rounded to float16, wherever the field is encoded, so that
 *     they can be packed as such
 */
public record FieldEncoder(
    String name, Shape shape, List<ColumnEncoder> parts, @Default("false") boolean float16) {
  /** A field whose numbers are float32. */
  public FieldEncoder(String name, Shape shape, List<ColumnEncoder> parts) {
    this(name, shape, parts, false);
  }

  public FieldEncoder {
    parts = List.copyOf(parts);
    int width = parts.stream().mapToInt(ColumnEncoder::width).sum();
    if (parts.isEmpty() || width != shape.size()) {
      throw new IllegalArgumentException(
          "field %s of shape %s needs %d numbers; its columns give %d"
              .formatted(name, shape, shape.size(), width));
    }
    Field.Kind kind = parts.get(0).kind();
    if (parts.stream().anyMatch(part -> part.kind() != kind)) {
      throw new IllegalArgumentException("field " + name + " mixes indices with numbers");
    }
    if (float16 && kind != Field.Kind.NUMBER) {
      throw new IllegalArgumentException("field " + name + ": only numbers are rounded to float16");
    }
    int next = parts.get(0).firstIndex();
    for (ColumnEncoder part : parts) {
      if (kind != Field.Kind.NUMBER && part.firstIndex() != next) {
        throw new IllegalArgumentException(
            "field %s: indices from %d follow on those below %d"
                .formatted(name, part.firstIndex(), next));
      }
      next += part.classes().size();
    }
  }

  /** The same field under another name. */
  public FieldEncoder named(String other) {
    return new FieldEncoder(other, shape, parts, float16);
  }

  /** Rounds encoded numbers where the field asks for it: those from {@code offset} on. */
  void round(float[] encoded, int offset) {
    if (float16) {
      for (int end = offset + shape.size(); offset < end; offset++) {
        encoded[offset] = Float16.round(encoded[offset]);
      }
    }
  }

  /** The field as networks and losses see it. */
  public Field field() {
    List<String> classes = new ArrayList<>();
    if (parts.get(0).kind() != Field.Kind.NUMBER && parts.get(0).firstIndex() > 0) {
      classes.add(TextTokens.PADDING);
    }
    parts.forEach(part -> classes.addAll(part.classes()));
    return new Field(name, shape, parts.get(0).kind(), classes);
  }

  /**
   * How to store the field exactly in the least space; sequences of indices without their padding.
   *
   * @param bytes whether all raw numbers of the data are whole numbers from 0 to 255
   */
  public PackedColumn packed(boolean bytes) {
    if (parts.get(0).kind() != Field.Kind.NUMBER) {
      PackedColumn indices = PackedColumn.indices(name, shape.size(), field().classes().size());
      return parts.get(0).paddingSide().map(indices::without).orElse(indices);
    }
    if (float16) {
      return PackedColumn.of(name, shape.size(), PackedColumn.Storage.FLOAT16);
    }
    PackedColumn first = parts.get(0).packed(name, shape.size(), bytes);
    return parts.stream().allMatch(part -> part.packed(name, shape.size(), bytes).equals(first))
        ? first
        : PackedColumn.of(name, shape.size(), PackedColumn.Storage.FLOAT32);
  }
}
