package io.gradflow.driver.data;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroups;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What is read of each row, and what may refuse it.
 *
 * @param groups to read
 * @param checks encoders that may refuse the values of the part at their index; null for none
 * @param keys read behind the groups: what tells a row's split and is not part of the example
 */
record RowRules(RawGroups groups, ArrayList<ColumnEncoder> checks, ArrayList<RawGroup> keys)
    implements Serializable {
  static RowRules of(RawGroups groups, List<ColumnEncoder> checks, List<RawGroup> keys) {
    return new RowRules(groups, new ArrayList<>(checks), new ArrayList<>(keys));
  }

  /** All that is read of a row, in order. */
  List<RawGroup> read() {
    List<RawGroup> all = new ArrayList<>(groups.groups());
    all.addAll(keys);
    return all;
  }
}
