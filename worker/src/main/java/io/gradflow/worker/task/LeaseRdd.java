package io.gradflow.worker.task;

import io.gradflow.common.message.Split;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.shard.ShardRdd;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockManagerId;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * The splits of a run side by side: partition p has the same micro-shards of each, so that one
 * resident task trains and evaluates.
 */
public final class LeaseRdd extends RDD<LeaseShards> {
  private static final long serialVersionUID = 1;

  private final Split[] splits;
  private final int microShards;
  private final int tasks;

  /**
   * @param microShards in all partitions together
   * @param shards each grouped into as many partitions; the first split decides where tasks run
   */
  public LeaseRdd(int microShards, Map<Split, RDD<ShardGroup>> shards) {
    super(
        shards.values().iterator().next().sparkContext(),
        dependencies(shards),
        ClassTag$.MODULE$.apply(LeaseShards.class));
    this.splits = shards.keySet().toArray(Split[]::new);
    this.microShards = microShards;
    this.tasks = shards.values().iterator().next().getNumPartitions();
  }

  private static Seq<Dependency<?>> dependencies(Map<Split, RDD<ShardGroup>> shards) {
    List<Dependency<?>> dependencies = new ArrayList<>();
    shards.values().forEach(rdd -> dependencies.add(new OneToOneDependency<>(rdd)));
    return CollectionConverters.asScala(dependencies).toSeq();
  }

  /** Says where a partition's task runs, and thus where later leases find its micro-shards. */
  public void runsOn(int partition, Optional<BlockManagerId> executor) {
    if (parent(0) instanceof ShardRdd shards) {
      shards.heldBy(partition, executor);
    }
  }

  @Override
  public Iterator<LeaseShards> compute(Partition partition, TaskContext context) {
    Map<Split, Supplier<ShardGroup>> sources = new EnumMap<>(Split.class);
    LeasePartition lease = (LeasePartition) partition;
    for (int i = 0; i < splits.length; i++) {
      RDD<ShardGroup> parent = parent(i);
      Partition theirs = lease.parents.get(i);
      sources.put(splits[i], () -> parent.iterator(theirs, context).next());
    }
    LeaseShards shards =
        new LeaseShards(
            MicroShardTree.rangeStart(microShards, partition.index(), tasks),
            MicroShardTree.rangeStart(microShards, partition.index() + 1, tasks),
            sources);
    return CollectionConverters.asScala(List.of(shards).iterator());
  }

  @SuppressWarnings("unchecked") // Every parent is a ShardRdd.
  private RDD<ShardGroup> parent(int i) {
    return (RDD<ShardGroup>) dependencies().apply(i).rdd();
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[tasks];
    for (int i = 0; i < tasks; i++) {
      int index = i;
      partitions[i] =
          new LeasePartition(
              index,
              IntStream.range(0, splits.length)
                  .mapToObj(split -> parent(split).partitions()[index])
                  .toList());
    }
    return partitions;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    RDD<ShardGroup> first = parent(0);
    return first.preferredLocations(first.partitions()[partition.index()]);
  }

  /**
   * @param parents the same partition of every split, since executors cannot ask a parent for it
   */
  private record LeasePartition(int index, List<Partition> parents) implements Partition {}
}
