package io.gradflow.worker.shard;

import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.RowPacker;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * A data set cut into M micro-shards, packed on the executors' local disks. Partition p of T holds
 * the neighbouring micro-shards [p M / T, (p + 1) M / T) as one {@link ShardGroup}.
 *
 * <p>A partition reads the executor's {@link ShardStore}; only what is not there is computed from
 * the parent, whose partition {@code firstParent + m} has the raw rows of micro-shard m in order.
 * So the lineage rebuilds what a lost executor held, and any task may run anywhere; {@link
 * #getPreferredLocations} prefers executors that have packed and are there.
 */
public final class ShardRdd extends RDD<ShardGroup> {
  private static final long serialVersionUID = 1;
  private static final long DROP_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(ShardRdd.class);

  private final String data;
  private final int microShards;
  private final int tasks;
  private final int firstParent;
  private final ShardFill fill;
  private final transient RDD<byte[]> rows;
  private final transient long rowCount;
  private final transient ShardPlaces places;

  /**
   * @param rows raw rows: bytes of {@code RawRow} that start at {@code rowOffset}
   * @param firstParent the parent's partition of micro-shard 0
   * @param packer bytes of a {@link RowPacker}
   * @param rowCount rows in all micro-shards
   */
  public ShardRdd(
      RDD<byte[]> rows,
      int firstParent,
      int rowOffset,
      int microShards,
      long rowCount,
      Broadcast<byte[]> packer) {
    this(
        rows.sparkContext().applicationId() + "-" + rows.id() + "-" + firstParent,
        rows,
        firstParent,
        microShards,
        microShards,
        rowCount,
        new PackRows(packer, rowOffset),
        Optional.empty());
  }

  private ShardRdd(
      String data,
      RDD<byte[]> rows,
      int firstParent,
      int microShards,
      int tasks,
      long rowCount,
      ShardFill fill,
      Optional<ShardPlaces> places) {
    super(
        rows.sparkContext(),
        seq(List.of(new MicroShardDependency(rows, firstParent, microShards, tasks))),
        ClassTag$.MODULE$.apply(ShardGroup.class));
    this.data = data;
    this.microShards = microShards;
    this.tasks = tasks;
    this.firstParent = firstParent;
    this.rowCount = rowCount;
    this.fill = fill;
    this.rows = rows;
    this.places = places.orElseGet(() -> new ShardPlaces("packed shards " + data, microShards));
    setName(this.places.rdds());
  }

  public int microShards() {
    return microShards;
  }

  /** Rows in all micro-shards. Known on the driver only. */
  public long rowCount() {
    return rowCount;
  }

  /** The same micro-shards over {@code tasks} partitions, at most one a micro-shard. */
  public ShardRdd regroup(int tasks) {
    if (tasks < 1) {
      throw new IllegalArgumentException(tasks + " tasks; expected at least 1");
    }
    return new ShardRdd(
        data,
        rows,
        firstParent,
        microShards,
        Math.min(tasks, microShards),
        rowCount,
        fill,
        Optional.of(places));
  }

  /**
   * Packs every micro-shard now, one Spark job, and remembers where; tasks of later jobs prefer
   * those places, until {@link #heldBy} says others.
   */
  public void pack() {
    places.watch(sparkContext());
    String[] packedAt = ShardTask.PACK.run(this);
    for (int p = 0; p < packedAt.length; p++) {
      places.set(
          MicroShardRange.start(p, tasks, microShards),
          MicroShardRange.start(p + 1, tasks, microShards),
          packedAt[p]);
    }
  }

  /**
   * Says which executor has a partition's micro-shards by now: one that was not among those that
   * packed them makes them anew, and later tasks are better sent there than made to wait for a slot
   * elsewhere. For all groupings of the data set; on the driver only.
   *
   * @param executor empty changes nothing, as in local mode, where all is near
   */
  public void heldBy(int partition, Optional<BlockManagerId> executor) {
    executor.ifPresent(
        id ->
            places.set(
                MicroShardRange.start(partition, tasks, microShards),
                MicroShardRange.start(partition + 1, tasks, microShards),
                ShardPlaces.place(id.host(), id.executorId())));
  }

  /**
   * A data set that was kept before; nothing is fetched until it is packed or read.
   *
   * @param directory that {@link #keep} was given
   * @param shards what it returned
   */
  public static ShardRdd kept(
      SparkContext spark, String directory, List<KeptShard> shards, long rowCount) {
    RDD<byte[]> none =
        JavaSparkContext.fromSparkContext(spark)
            .<byte[]>parallelize(List.of(), shards.size())
            .rdd();
    return new ShardRdd(
        spark.applicationId() + "-" + none.id() + "-kept",
        none,
        0,
        shards.size(),
        shards.size(),
        rowCount,
        new KeptShards(directory, shards, hadoop(spark)),
        Optional.empty());
  }

  /**
   * Copies the packed shards to a directory for {@link #kept}, under names of this data set's own.
   *
   * @param directory a Hadoop URI
   */
  public List<KeptShard> keep(String directory) {
    return new KeepTask(data, directory, hadoop(sparkContext())).run(this);
  }

  private static Broadcast<SerializableConfiguration> hadoop(SparkContext spark) {
    return JavaSparkContext.fromSparkContext(spark)
        .broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  /**
   * Deletes the packed files wherever {@link #pack} put them; they are packed again when read.
   * Gives up after ten seconds, e.g. because an executor stands still or others hold all slots:
   * what is left goes with the application.
   */
  public void drop() {
    drop(DROP_MILLIS);
  }

  void drop(long timeoutMillis) {
    SparkContext spark = sparkContext();
    if (spark.isStopped()) {
      return;
    }
    places.forget(spark);
    String tag = "gradflow-drop-" + data;
    CompletableFuture<Void> giveUp =
        CompletableFuture.runAsync(
            () -> spark.cancelJobsWithTag(tag),
            CompletableFuture.delayedExecutor(timeoutMillis, TimeUnit.MILLISECONDS));
    spark.addJobTag(tag);
    try {
      ShardTask.drop(data).run(this);
    } catch (Exception e) {
      // Scala throws checked exceptions undeclared.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.info("packed shards are left until the application ends: {}", e.toString());
    } finally {
      giveUp.cancel(false);
      spark.removeJobTag(tag);
    }
  }

  String data() {
    return data;
  }

  @Override
  public scala.collection.Iterator<ShardGroup> compute(Partition partition, TaskContext context) {
    MicroShardRange range = (MicroShardRange) partition;
    // Lazy: a task that only drops the shards must not pack them first.
    return CollectionConverters.asScala(
        Stream.generate(() -> group(range, context)).limit(1).iterator());
  }

  private ShardGroup group(MicroShardRange range, TaskContext context) {
    RDD<byte[]> parent = firstParent(ClassTag$.MODULE$.apply(byte[].class));
    ShardStore store = ShardStore.ofThisJvm();
    PackedShard[] shards = new PackedShard[range.to - range.from];
    for (int i = 0; i < shards.length; i++) {
      int microShard = range.from + i;
      shards[i] =
          store.shard(
              data,
              microShard,
              file ->
                  fill.fill(
                      microShard,
                      CollectionConverters.asJava(
                          parent.iterator(range.parent(microShard), context)),
                      file));
    }
    return new ShardGroup(range.from, shards);
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, tasks)
        .mapToObj(p -> new MicroShardRange(p, tasks, microShards, rows.partitions(), firstParent))
        .toArray(Partition[]::new);
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    MicroShardRange range = (MicroShardRange) partition;
    return seq(places.of(range.from, range.to));
  }

  /** This executor as Spark's scheduler knows it; empty in local mode, where all is near. */
  static String thisExecutor() {
    BlockManagerId id = SparkEnv.get().blockManager().blockManagerId();
    return id.isDriver() ? "" : ShardPlaces.place(id.host(), id.executorId());
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }

  /** Partition p needs the parent's partitions of its micro-shards. */
  private static final class MicroShardDependency extends NarrowDependency<byte[]> {
    private static final long serialVersionUID = 1;

    private final int firstParent;
    private final int microShards;
    private final int tasks;

    MicroShardDependency(RDD<byte[]> rows, int firstParent, int microShards, int tasks) {
      super(rows);
      this.firstParent = firstParent;
      this.microShards = microShards;
      this.tasks = tasks;
    }

    @Override
    public Seq<Object> getParents(int partition) {
      return seq(
          IntStream.range(
                  firstParent + MicroShardRange.start(partition, tasks, microShards),
                  firstParent + MicroShardRange.start(partition + 1, tasks, microShards))
              .mapToObj(i -> (Object) i)
              .toList());
    }
  }
}
