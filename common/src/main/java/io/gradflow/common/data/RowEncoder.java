package io.gradflow.common.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.List;
import java.util.Map;

/**
 * A {@link Preprocessing} ready to run, for one thread: raw values in, rows of a minibatch out.
 * {@link #encode} allocates nothing.
 */
public final class RowEncoder {
  private final RawGroups groups;
  private final FieldEncoder[] fields;
  private final ColumnEncoder.Bound[][] parts;
  private final int[][] groupOfPart;
  private final int inputs;
  private final RawRow row;

  RowEncoder(Preprocessing preprocessing) {
    this.groups = preprocessing.groups();
    this.fields = preprocessing.fields().toArray(FieldEncoder[]::new);
    this.parts = new ColumnEncoder.Bound[fields.length][];
    this.groupOfPart = new int[fields.length][];
    int part = 0;
    for (int f = 0; f < fields.length; f++) {
      parts[f] =
          fields[f].parts().stream().map(ColumnEncoder::bind).toArray(ColumnEncoder.Bound[]::new);
      groupOfPart[f] = new int[parts[f].length];
      for (int p = 0; p < parts[f].length; p++) {
        groupOfPart[f][p] = groups.groupOfPart().get(part++);
      }
    }
    this.inputs = preprocessing.inputs().size();
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
    for (int g = 0; g < groups.size(); g++) {
      RawGroup group = groups.groups().get(g);
      row.group(g).clear(group.optional());
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
    for (int f = 0; f < fields.length; f++) {
      for (int p = 0; p < parts[f].length; p++) {
        String problem = parts[f][p].problem(raw.group(groupOfPart[f][p]));
        if (problem != null) {
          return problem;
        }
      }
    }
    return groups.weighted() ? groups.weight().weightProblem(raw.group(groups.size() - 1)) : null;
  }

  /** Writes a row without a problem as row {@code at} of the batch. */
  public void encode(RawRow raw, MiniBatch batch, int at) {
    for (int f = 0; f < fields.length; f++) {
      float[] to = f < inputs ? batch.input(f) : batch.target(f - inputs);
      int offset = at * fields[f].shape().size();
      for (int p = 0; p < parts[f].length; p++) {
        parts[f][p].encode(raw.group(groupOfPart[f][p]), to, offset);
        offset += fields[f].parts().get(p).width();
      }
      fields[f].round(to, at * fields[f].shape().size());
    }
    batch.weights()[at] = weight(raw);
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
    for (int f = 0; f < fields.length; f++) {
      boolean bytes = columns.get(f).storage() == PackedColumn.Storage.UINT8;
      int offset = 0;
      for (int p = 0; p < parts[f].length; p++) {
        RawValues values = raw.group(groupOfPart[f][p]);
        if (bytes) {
          parts[f][p].encodeBytes(values, to[f], offset);
        } else {
          parts[f][p].encode(values, to[f], offset);
        }
        offset += fields[f].parts().get(p).width();
      }
      fields[f].round(to[f], 0);
    }
    return weight(raw);
  }

  private float weight(RawRow raw) {
    return groups.weighted() ? (float) raw.group(groups.size() - 1).number(0) : 1f;
  }
}
