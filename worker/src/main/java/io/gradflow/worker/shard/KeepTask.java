package io.gradflow.worker.shard;

import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * Copies the packed shards of a partition to a directory. Every attempt of a task writes files of
 * its own, so that none replaces another's; those of the attempt that counts are named in the
 * result.
 */
final class KeepTask extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, String>
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The copies of one partition's shards, as JSON. */
  public record Copies(List<KeptShard> shards) {}

  private final String data;
  private final String directory;
  private final Broadcast<SerializableConfiguration> hadoop;

  KeepTask(String data, String directory, Broadcast<SerializableConfiguration> hadoop) {
    this.data = data;
    this.directory = directory;
    this.hadoop = hadoop;
  }

  /** The copies by micro-shard. */
  List<KeptShard> run(ShardRdd shards) {
    List<Object> partitions = new ArrayList<>();
    for (int p = 0; p < shards.getNumPartitions(); p++) {
      partitions.add(p);
    }
    String[] copies =
        (String[])
            shards
                .sparkContext()
                .runJob(
                    shards,
                    this,
                    CollectionConverters.asScala(partitions).toSeq(),
                    ClassTag$.MODULE$.apply(String.class));
    return Arrays.stream(copies)
        .flatMap(json -> SpecReader.readJson(json, Copies.class).shards().stream())
        .toList();
  }

  @Override
  public String apply(TaskContext context, Iterator<ShardGroup> groups) {
    ShardGroup group = groups.next();
    List<KeptShard> copies = new ArrayList<>();
    for (int m = group.from(); m < group.to(); m++) {
      String name =
          "%s-%06d-%d.gfshard"
              .formatted(data.replaceAll("[^\\w.-]", "_"), m, context.taskAttemptId());
      try {
        copies.add(
            KeptShards.keep(ShardStore.ofThisJvm().file(data, m), directory, name, hadoop.value()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + directory + "/" + name, e);
      }
    }
    return SpecWriter.toJson(new Copies(copies));
  }
}
