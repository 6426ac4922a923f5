package io.gradflow.driver.data;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawGroups;
import io.gradflow.common.data.RawRow;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads rows and says why one cannot be used. One thread. */
final class RowCheck {
  private final SelectedColumns columns;
  private final RowReader reader;
  private final RawRow raw;
  private final RawGroups groups;
  private final ColumnEncoder.Bound[] checks;

  RowCheck(SelectedColumns columns, RowRules rules) {
    this.columns = columns;
    this.groups = rules.groups();
    this.reader = new RowReader(columns.schema(), rules.read());
    this.raw = new RawRow(groups.size() + rules.keys().size());
    this.checks =
        rules.checks().stream()
            .map(check -> check == null ? null : check.bind())
            .toArray(ColumnEncoder.Bound[]::new);
  }

  /** Null, or why the row cannot be used; fills {@link #raw()}. */
  String problem(InternalRow row) {
    String malformed = columns.malformed(row);
    if (malformed != null) {
      return malformed;
    }
    String problem = reader.read(row, raw);
    for (int p = 0; p < checks.length && problem == null; p++) {
      problem =
          checks[p] == null ? null : checks[p].problem(raw.group(groups.groupOfPart().get(p)));
    }
    return problem == null && groups.weighted()
        ? groups.weight().weightProblem(raw.group(groups.size() - 1))
        : problem;
  }

  RawRow raw() {
    return raw;
  }
}
