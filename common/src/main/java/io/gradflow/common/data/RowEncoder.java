package io.gradflow.common.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A {@link Preprocessing} ready to run, for one thread: raw values in, rows of a minibatch out.
 * {@link #encode} allocates nothing.
 */
public final class RowEncoder {
  private final List<RawGroup> groups;
  private final FieldEncoder[] fields;
  private final ColumnEncoder.Bound[][] parts;
  private final int inputs;
  private final boolean weighted;
  private final RawRow row;

  RowEncoder(Preprocessing preprocessing) {
    this.groups = preprocessing.groups();
    this.fields =
        Stream.concat(preprocessing.inputs().stream(), preprocessing.targets().stream())
            .toArray(FieldEncoder[]::new);
    this.parts = new ColumnEncoder.Bound[fields.length][];
    for (int f = 0; f < fields.length; f++) {
      parts[f] =
          fields[f].parts().stream().map(ColumnEncoder::bind).toArray(ColumnEncoder.Bound[]::new);
    }
    this.inputs = preprocessing.inputs().size();
    this.weighted = preprocessing.weight().isPresent();
    this.row = new RawRow(groups.size());
  }

  /** This encoder's own raw row, to fill and then to encode. */
  public RawRow row() {
    return row;
  }

  /**
   * Fills {@link #row()} from plain Java values by column name.
   *
   * @return null, or why the row is refused
   */
  public String read(Map<String, ?> values) {
    row.clear();
    for (int g = 0; g < groups.size(); g++) {
      RawGroup group = groups.get(g);
      for (String column : group.columns()) {
        String problem = group.read(column, values.get(column), row.group(g));
        if (problem != null) {
          return problem;
        }
      }
    }
    return problem(row);
  }

  /** Null, or why a row that was read cannot be encoded. */
  public String problem(RawRow raw) {
    int g = 0;
    for (ColumnEncoder.Bound[] field : parts) {
      for (ColumnEncoder.Bound part : field) {
        String problem = part.problem(raw.group(g++));
        if (problem != null) {
          return problem;
        }
      }
    }
    return weighted ? groups.get(g).weightProblem(raw.group(g)) : null;
  }

  /** Writes a row without a problem as row {@code at} of the batch. */
  public void encode(RawRow raw, MiniBatch batch, int at) {
    int g = 0;
    for (int f = 0; f < fields.length; f++) {
      float[] to = f < inputs ? batch.input(f) : batch.target(f - inputs);
      g = encodeField(raw, f, g, to, at * fields[f].shape().size());
    }
    batch.weights()[at] = weighted ? (float) raw.group(g).number(0) : 1f;
  }

  /**
   * Encodes plain Java values by column name as row {@code at} of the batch.
   *
   * @throws GradflowException (bad data) if a value is missing or cannot be encoded
   */
  public void encode(Map<String, ?> values, MiniBatch batch, int at) {
    String problem = read(values);
    if (problem != null) {
      throw new GradflowException(ExitCode.BAD_DATA, "row " + at + ": " + problem);
    }
    encode(row, batch, at);
  }

  /** What packed columns store of a row, for {@link PackedShardWriter#append}. */
  float store(RawRow raw, List<PackedColumn> columns, float[][] to) {
    int g = 0;
    for (int f = 0; f < fields.length; f++) {
      boolean raws =
          columns.get(f).storage() == PackedColumn.Storage.UINT8
              && fields[f].parts().get(0).classes().isEmpty();
      g = raws ? copyField(raw, f, g, to[f]) : encodeField(raw, f, g, to[f], 0);
    }
    return weighted ? (float) raw.group(g).number(0) : 1f;
  }

  private int encodeField(RawRow raw, int f, int g, float[] to, int offset) {
    ColumnEncoder.Bound[] field = parts[f];
    for (int p = 0; p < field.length; p++) {
      field[p].encode(raw.group(g++), to, offset);
      offset += fields[f].parts().get(p).width();
    }
    return g;
  }

  private int copyField(RawRow raw, int f, int g, float[] to) {
    int at = 0;
    for (int p = 0; p < parts[f].length; p++) {
      RawValues values = raw.group(g++);
      for (int j = 0; j < values.count(); j++) {
        to[at++] = (float) values.number(j);
      }
    }
    return g;
  }
}
