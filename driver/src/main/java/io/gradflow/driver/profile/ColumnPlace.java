package io.gradflow.driver.profile;

import io.gradflow.common.data.RawGroup;
import java.io.Serializable;

/**
 * What of a raw row is profiled as one column.
 *
 * @param name the column's; of many columns together the first and the last
 * @param role what it is to training
 * @param content of the raw values
 * @param group of the row
 * @param at the number within the group; -1 for all that the group holds
 */
record ColumnPlace(String name, Role role, RawGroup.Content content, int group, int at)
    implements Serializable {
  /** What a column is to training. */
  enum Role {
    FEATURE,
    LABEL,
    WEIGHT
  }

  /** Whether it holds one value a row, which can be compared with other columns' values. */
  boolean single() {
    return switch (content) {
      case NUMBER, TIME -> at >= 0;
      case LABEL, TEXT -> true;
      case VECTOR, BINARY -> false;
    };
  }
}
