package io.gradflow.driver.data;

import io.gradflow.common.error.Redaction;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;

/** The refused rows of a partition as JSON lines: file, reason, record. */
final class RefusedTask implements FlatMapFunction<Iterator<InternalRow>, String> {
  private static final long serialVersionUID = 1;

  private final SelectedColumns columns;
  private final RowRules rules;
  private final int record;

  /**
   * @param record ordinal of the whole row as JSON
   */
  RefusedTask(SelectedColumns columns, RowRules rules, int record) {
    this.columns = columns;
    this.rules = rules;
    this.record = record;
  }

  @Override
  public Iterator<String> call(Iterator<InternalRow> rows) {
    RowCheck check = new RowCheck(columns, rules);
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false)
        .flatMap(
            row -> {
              String problem = check.problem(row);
              return problem == null ? Stream.empty() : Stream.of(line(row, problem));
            })
        .iterator();
  }

  private String line(InternalRow row, String problem) {
    String file = columns.hasFile() ? Redaction.text(columns.file(row).toString()) : "";
    return "{\"file\":%s,\"reason\":%s,\"record\":%s}"
        .formatted(json(file), json(problem), row.getUTF8String(record));
  }

  private static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
