package io.gradflow.driver.data;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawGroups;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What is read of each row, and what may refuse it.
 *
 * @param groups to read
 * @param checks encoders that may refuse the values of the part at their index; null for none
 */
record RowRules(RawGroups groups, ArrayList<ColumnEncoder> checks) implements Serializable {
  static RowRules of(RawGroups groups, List<ColumnEncoder> checks) {
    return new RowRules(groups, new ArrayList<>(checks));
  }
}
