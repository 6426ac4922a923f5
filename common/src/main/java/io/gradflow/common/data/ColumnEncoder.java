package io.gradflow.common.data;

import io.gradflow.common.spec.OneOf;
import java.io.Serializable;
import java.util.List;

/**
 * How the raw values of some columns become floats of a field: fitted, immutable, saved with the
 * model under its {@code Kind}. A new kind of feature is a record that implements this.
 */
@OneOf({NumericColumns.class, ClassColumn.class})
public interface ColumnEncoder extends Serializable {
  /** The columns it reads. */
  RawGroup raw();

  /** Floats that it gives. */
  int width();

  /** The class labels in index order; empty unless it gives a class index. */
  List<String> classes();

  /** Makes the executable twin, for one thread. */
  Bound bind();

  /** An encoder ready to run. */
  interface Bound {
    /** Null, or why these values cannot be encoded. */
    String problem(RawValues raw);

    /** Writes {@code width} floats from {@code offset} on. Values without a problem only. */
    void encode(RawValues raw, float[] to, int offset);
  }
}
