package io.gradflow.common.data;

import io.gradflow.common.data.TextTokens.Side;
import io.gradflow.common.spec.OneOf;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * How the raw values of some columns become floats of a field: fitted, immutable, saved with the
 * model under its {@code Kind}. A new kind of feature is a record that implements this.
 */
@OneOf({
  NumericColumns.class,
  ClassColumn.class,
  CategoryColumn.class,
  BucketColumn.class,
  DateColumn.class,
  ImageColumn.class,
  SoundColumn.class,
  SeriesColumns.class,
  TextTokens.class,
  NextTokens.class,
  LabelSequence.class
})
public interface ColumnEncoder extends Serializable {
  /** The columns it reads. */
  RawGroup raw();

  /** Floats that it gives. */
  int width();

  /** What the floats mean. */
  default Field.Kind kind() {
    return Field.Kind.NUMBER;
  }

  /** Where shorter rows end in zeros, if this gives sequences of any length. */
  default Optional<Side> paddingSide() {
    return Optional.empty();
  }

  /** The class labels or tokens from {@link #firstIndex} on; empty if it gives numbers. */
  default List<String> classes() {
    return List.of();
  }

  /** The least index that it gives, padding aside. */
  default int firstIndex() {
    return 0;
  }

  /** The same with other indices, if it gives indices that can lie beside those of others. */
  default ColumnEncoder from(int first) {
    return this;
  }

  /**
   * The least that holds its numbers exactly; the name and the width are its field's.
   *
   * @param bytes whether all its raw numbers are whole numbers from 0 to 255
   */
  default PackedColumn packed(String field, int width, boolean bytes) {
    return PackedColumn.of(field, width, PackedColumn.Storage.FLOAT32);
  }

  /** Makes the executable twin, for one thread. */
  Bound bind();

  /** An encoder ready to run. */
  interface Bound {
    /** Null, or why these values cannot be encoded. */
    String problem(RawValues raw);

    /** Writes {@code width} floats from {@code offset} on. Values without a problem only. */
    void encode(RawValues raw, float[] to, int offset);

    /** Writes what a packed column of bytes holds in place of the {@code width} floats. */
    default void encodeBytes(RawValues raw, float[] to, int offset) {
      encode(raw, to, offset);
    }
  }
}
