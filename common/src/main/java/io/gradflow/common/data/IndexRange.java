package io.gradflow.common.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.io.Serializable;

/**
 * How one of several possibilities becomes floats: a number for each of them, 1 for the one that
 * holds and 0 for the others; or its index. What is missing is zeros, or index 0.
 *
 * @param oneHot whether each possibility has a number of its own
 * @param first index of the first possibility, above 0: columns of one field follow one another, so
 *     that one embedding serves them all
 */
@Doc("Whether one of several possibilities is numbers or an index.")
public record IndexRange(boolean oneHot, @Default("1") int first) implements Serializable {
  public IndexRange {
    if (first < 1) {
      throw new IllegalArgumentException("first " + first + "; expected at least 1");
    }
  }

  /** Floats that it takes. */
  int width(int possibilities) {
    return oneHot ? possibilities : 1;
  }

  Field.Kind kind() {
    return oneHot ? Field.Kind.NUMBER : Field.Kind.TOKENS;
  }

  /**
   * @param which possibility holds; -1 if that is missing
   */
  void encode(int which, int possibilities, float[] to, int offset) {
    if (!oneHot) {
      to[offset] = which < 0 ? 0 : first + which;
      return;
    }
    for (int i = 0; i < possibilities; i++) {
      to[offset + i] = i == which ? 1 : 0;
    }
  }
}
