package io.gradflow.worker.task;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedColumn;
import io.gradflow.common.data.PackedShard;
import io.gradflow.worker.shard.ShardGroup;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * The first rows of a partition's first micro-shard, for a driver that wants to look at some: their
 * number, then all rows of each input, of each target, and their weights, as big-endian floats.
 */
public final class SampleTask extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final int limit;

  /**
   * @param limit rows at most
   */
  public SampleTask(int limit) {
    this.limit = limit;
  }

  @Override
  public byte[] apply(TaskContext context, Iterator<ShardGroup> groups) {
    ShardGroup group = groups.next();
    PackedShard shard = group.shard(group.from());
    int rows = Math.min(limit, shard.rows());
    List<PackedColumn> inputs = shard.layout().inputs();
    List<PackedColumn> targets = shard.layout().targets();
    MiniBatch batch =
        new MiniBatch(new ExampleSchema(fields("i", inputs), fields("t", targets)), rows);
    shard.read(0, rows, batch);
    int floats = rows;
    for (PackedColumn column : inputs) {
      floats += rows * column.width();
    }
    for (PackedColumn column : targets) {
      floats += rows * column.width();
    }
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + Float.BYTES * floats);
    bytes.putInt(rows);
    for (int i = 0; i < inputs.size(); i++) {
      put(batch.input(i), bytes);
    }
    for (int i = 0; i < targets.size(); i++) {
      put(batch.target(i), bytes);
    }
    put(batch.weights(), bytes);
    return bytes.array();
  }

  private static List<Field> fields(String prefix, List<PackedColumn> columns) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Shape shape = Shape.of(columns.get(i).width());
      fields.add(new Field(prefix + i, shape, Field.Kind.NUMBER, List.of()));
    }
    return fields;
  }

  private static void put(float[] values, ByteBuffer bytes) {
    for (float value : values) {
      bytes.putFloat(value);
    }
  }

  /** What {@link #apply} has sent, for a schema of the same fields. */
  public static MiniBatch read(byte[] sent, ExampleSchema schema) {
    ByteBuffer bytes = ByteBuffer.wrap(sent);
    int rows = bytes.getInt();
    MiniBatch batch = new MiniBatch(schema, rows);
    for (int i = 0; i < schema.inputs().size(); i++) {
      get(bytes, batch.input(i));
    }
    for (int i = 0; i < schema.targets().size(); i++) {
      get(bytes, batch.target(i));
    }
    get(bytes, batch.weights());
    batch.rows(rows);
    return batch;
  }

  private static void get(ByteBuffer bytes, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat();
    }
  }
}
