package io.gradflow.testkit;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedColumn;
import io.gradflow.common.data.PackedShard;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.shard.ShardRdd;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/** All that a data set's packed shards hold, read where they lie. */
public final class ShardContents
    extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, float[]> implements Serializable {
  private static final long serialVersionUID = 1;

  /** One array a partition: its rows in order, each inputs, targets, weight. */
  public static float[][] of(ShardRdd shards) {
    return (float[][])
        shards
            .sparkContext()
            .runJob(
                shards,
                new ShardContents(),
                CollectionConverters.asScala(
                        IntStream.range(0, shards.getNumPartitions())
                            .mapToObj(i -> (Object) i)
                            .toList())
                    .toSeq(),
                ClassTag$.MODULE$.apply(float[].class));
  }

  @Override
  public float[] apply(TaskContext context, Iterator<ShardGroup> groups) {
    ShardGroup group = groups.next();
    float[][] parts =
        IntStream.range(group.from(), group.to())
            .mapToObj(m -> contents(group.shard(m)))
            .toArray(float[][]::new);
    float[] all = new float[IntStream.range(0, parts.length).map(i -> parts[i].length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** A shard's rows in order, each inputs, targets, weight. */
  public static float[] contents(PackedShard shard) {
    List<PackedColumn> inputs = shard.layout().inputs();
    List<PackedColumn> targets = shard.layout().targets();
    MiniBatch batch =
        new MiniBatch(new ExampleSchema(fields(inputs), fields(targets)), shard.rows() + 1);
    shard.read(0, shard.rows(), batch);
    int width = 1;
    for (PackedColumn column : inputs) {
      width += column.width();
    }
    for (PackedColumn column : targets) {
      width += column.width();
    }
    float[] all = new float[shard.rows() * width];
    for (int row = 0; row < shard.rows(); row++) {
      int at = row * width;
      for (int i = 0; i < inputs.size(); i++) {
        at = copy(batch.input(i), row, inputs.get(i).width(), all, at);
      }
      for (int i = 0; i < targets.size(); i++) {
        at = copy(batch.target(i), row, targets.get(i).width(), all, at);
      }
      all[at] = batch.weights()[row];
    }
    return all;
  }

  private static int copy(float[] from, int row, int width, float[] to, int at) {
    System.arraycopy(from, row * width, to, at, width);
    return at + width;
  }

  private static List<Field> fields(List<PackedColumn> columns) {
    return columns.stream()
        .map(
            column ->
                new Field(column.name(), Shape.of(column.width()), Field.Kind.NUMBER, List.of()))
        .toList();
  }
}
