package io.gradflow.driver.feature;

import io.gradflow.common.data.Field;
import io.gradflow.common.data.IndexRange;

/** How one of several possibilities is given to the network. */
public enum Encoding {
  /** A number for each possibility, 1 for the one that holds. */
  ONE_HOT,
  /** An index, for an embedding. */
  INDEX;

  IndexRange range() {
    return new IndexRange(this == ONE_HOT, 1);
  }

  Field.Kind kind() {
    return this == ONE_HOT ? Field.Kind.NUMBER : Field.Kind.TOKENS;
  }
}
