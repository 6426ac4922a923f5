package io.gradflow.driver.data;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawRow;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads rows and says why one cannot be used. One thread. */
final class RowCheck {
  private final SelectedColumns columns;
  private final RowReader reader;
  private final RawRow raw;
  private final ColumnEncoder.Bound[] checks;
  private final RawGroup weight;

  RowCheck(
      SelectedColumns columns,
      List<RawGroup> groups,
      List<ColumnEncoder> checks,
      boolean weighted) {
    this.columns = columns;
    this.reader = new RowReader(columns.schema(), groups);
    this.raw = new RawRow(groups.size());
    this.checks =
        checks.stream()
            .map(check -> check == null ? null : check.bind())
            .toArray(ColumnEncoder.Bound[]::new);
    this.weight = weighted ? groups.get(groups.size() - 1) : null;
  }

  /** Null, or why the row cannot be used; fills {@link #raw()}. */
  String problem(InternalRow row) {
    String malformed = columns.malformed(row);
    if (malformed != null) {
      return malformed;
    }
    String problem = reader.read(row, raw);
    for (int g = 0; g < checks.length && problem == null; g++) {
      problem = checks[g] == null ? null : checks[g].problem(raw.group(g));
    }
    return problem == null && weight != null
        ? weight.weightProblem(raw.group(raw.groups() - 1))
        : problem;
  }

  RawRow raw() {
    return raw;
  }
}
