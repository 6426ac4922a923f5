package io.gradflow.worker.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.data.RawRow;
import io.gradflow.common.data.RowPacker;
import io.gradflow.common.error.GradflowException;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

class ShardRddTest {
  private static final int MICRO_SHARDS = 5;
  private static final RowPacker PACKER = packer();

  // Tasks are copies of their functions; what they share with the test is static.
  private static CountDownLatch slotsTaken;
  private static CountDownLatch slotsFree;

  @TempDir Path directory;

  /** Micro-shard m holds the rows 10 m, 10 m + 1, ... m of them: micro-shard 0 is empty. */
  @Test
  void compute_anyGrouping_sameRowsInOrder() {
    ShardRdd shards = shards();
    shards.pack();
    float[] all = concatenated(ShardContents.of(shards));
    assertArrayEquals(
        new float[] {10, 1, 20, 1, 21, 1, 30, 1, 31, 1, 32, 1, 40, 1, 41, 1, 42, 1, 43, 1}, all);
    for (int tasks : new int[] {1, 2, 3, 4, 5, 99}) {
      ShardRdd regrouped = shards.regroup(tasks);
      assertEquals(Math.min(tasks, MICRO_SHARDS), regrouped.getNumPartitions());
      assertArrayEquals(all, concatenated(ShardContents.of(regrouped)), tasks + " tasks");
    }
    assertEquals(10, shards.rowCount());
    shards.drop();
  }

  @Test
  void compute_fileLostOrDamaged_packedAgainFromLineage() throws IOException {
    ShardRdd shards = shards();
    float[][] before = ShardContents.of(shards);
    ShardStore store = ShardStore.ofThisJvm();
    Path lost = store.file(shards.data(), 2);
    Path damaged = store.file(shards.data(), 3);
    assertTrue(Files.exists(lost));
    // A new executor on the same disk: nothing is mapped.
    store.forget(shards.data());
    Files.delete(lost);
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 1] ^= 1;
    Files.write(damaged, bytes);
    assertArrayEquals(before, ShardContents.of(shards));
    bytes[bytes.length - 1] ^= 1;
    assertArrayEquals(bytes, Files.readAllBytes(damaged));
    shards.drop();
  }

  @Test
  void heldBy_anExecutor_isPreferredByEveryGroupingFromThenOn() {
    ShardRdd shards = shards();
    ShardRdd pairs = shards.regroup(2); // Micro-shards 0 and 1; 2, 3 and 4.
    pairs.heldBy(1, Optional.of(BlockManagerId.apply("7", "n3", 1, Option.empty())));
    pairs.heldBy(0, Optional.empty());
    assertEquals(List.of(), preferred(pairs, 0));
    assertEquals(List.of("executor_n3_7"), preferred(pairs, 1));
    assertEquals(List.of(), preferred(shards, 1));
    assertEquals(List.of("executor_n3_7"), preferred(shards, 4));
    pairs.heldBy(0, Optional.of(BlockManagerId.apply("8", "n4", 1, Option.empty())));
    assertEquals(List.of("executor_n4_8", "executor_n3_7"), preferred(shards.regroup(1), 0));
  }

  private static List<String> preferred(ShardRdd shards, int partition) {
    return CollectionConverters.asJava(
        shards.getPreferredLocations(shards.getPartitions()[partition]));
  }

  @Test
  void drop_packed_deletesFilesAndReadsAgainLater() {
    ShardRdd shards = shards();
    float[][] before = ShardContents.of(shards);
    Path file = ShardStore.ofThisJvm().file(shards.data(), 4);
    assertTrue(Files.exists(file));
    shards.drop();
    assertFalse(Files.exists(file));
    assertFalse(Files.exists(file.getParent()));
    assertArrayEquals(before, ShardContents.of(shards));
    shards.drop();
  }

  @Test
  void drop_allSlotsTaken_givesUpInTimeAndLeavesTheFiles() throws Exception {
    ShardRdd shards = shards();
    shards.pack();
    Path file = ShardStore.ofThisJvm().file(shards.data(), 4);
    slotsFree = new CountDownLatch(1);
    slotsTaken = new CountDownLatch(2);
    JavaFutureAction<Void> others =
        JavaSparkContext.fromSparkContext(shards.sparkContext())
            .parallelize(List.of(0, 1), 2)
            .foreachAsync(
                slot -> {
                  slotsTaken.countDown();
                  slotsFree.await();
                });
    try {
      slotsTaken.await();
      shards.drop(100);
      assertTrue(Files.exists(file));
    } finally {
      slotsFree.countDown();
    }
    others.get();
    shards.drop();
    assertFalse(Files.exists(file));
  }

  @Test
  void shard_manyThreads_packedOnceAndShared() throws Exception {
    ShardStore store = new ShardStore(List.of(directory));
    AtomicInteger packings = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<PackedShard>> shards = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        shards.add(
            threads.submit(
                () -> {
                  start.await();
                  return store.shard(
                      "data",
                      7,
                      file -> {
                        packings.incrementAndGet();
                        PACKER.pack(rows(3), 0, file);
                      });
                }));
      }
      start.countDown();
      for (Future<PackedShard> shard : shards) {
        assertSame(shards.get(0).get(), shard.get());
      }
      assertEquals(1, packings.get());
      assertEquals(3, shards.get(0).get().rows());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shard_rowOfAnotherFoundDamaged_verifiedAndPackedAgain() throws IOException {
    ShardStore store = new ShardStore(List.of(directory));
    AtomicInteger packings = new AtomicInteger();
    List<PackedShard> first = packed(store, packings);
    float[][] expected = first.stream().map(ShardContents::contents).toArray(float[][]::new);
    assertEquals(3, packings.get());
    for (int m : new int[] {0, 2}) {
      try (RandomAccessFile file = new RandomAccessFile(store.file("data", m).toFile(), "rw")) {
        file.seek(file.length() - 1);
        int value = file.read();
        file.seek(file.length() - 1);
        file.write(value ^ 1);
      }
    }
    assertThrows(GradflowException.class, () -> ShardContents.contents(first.get(2)));
    List<PackedShard> again = packed(store, packings);
    assertEquals(5, packings.get(), "those that are damaged, and no other");
    for (int m = 0; m < again.size(); m++) {
      assertArrayEquals(expected[m], ShardContents.contents(again.get(m)));
    }
    assertEquals(again, packed(store, packings), "all is well again");
  }

  /** Micro-shards 0 to 2 of five rows each. */
  private static List<PackedShard> packed(ShardStore store, AtomicInteger packings) {
    return IntStream.range(0, 3)
        .mapToObj(
            m ->
                store.shard(
                    "data",
                    m,
                    file -> {
                      packings.incrementAndGet();
                      PACKER.pack(rows(10 * m, 5), 0, file);
                    }))
        .toList();
  }

  @Test
  void shard_packingFails_nextCallPacks() {
    ShardStore store = new ShardStore(List.of(directory));
    try {
      store.shard(
          "data",
          0,
          file -> {
            throw new IOException("disk full");
          });
      throw new AssertionError("expected a failure");
    } catch (java.io.UncheckedIOException e) {
      assertTrue(e.getMessage().contains("disk full"), e.getMessage());
      assertTrue(e.getMessage().contains("spark.local.dir"), e.getMessage());
    }
    assertEquals(2, store.shard("data", 0, file -> PACKER.pack(rows(2), 0, file)).rows());
  }

  private static ShardRdd shards() {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(SparkSessions.local2().sparkContext());
    JavaRDD<byte[]> rows =
        spark
            .parallelize(List.of(0, 1, 2, 3, 4), MICRO_SHARDS)
            .flatMap(
                m -> {
                  List<byte[]> mine = new ArrayList<>();
                  rows(10 * m, m).forEachRemaining(mine::add);
                  return mine.iterator();
                });
    return new ShardRdd(rows.rdd(), 0, 0, MICRO_SHARDS, 10, spark.broadcast(PACKER.toBytes()));
  }

  private static java.util.Iterator<byte[]> rows(int count) {
    return rows(0, count);
  }

  private static java.util.Iterator<byte[]> rows(int first, int count) {
    List<byte[]> rows = new ArrayList<>();
    RawRow row = new RawRow(1);
    for (int i = 0; i < count; i++) {
      row.clear();
      row.group(0).add("x", first + i);
      rows.add(row.toBytes(0));
    }
    return rows.iterator();
  }

  private static RowPacker packer() {
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(
                new FieldEncoder(
                    "features",
                    Shape.of(1),
                    List.of(new NumericColumns(List.of("x"), false, 1, List.of(), List.of())))),
            List.of(),
            Optional.empty());
    return new RowPacker(preprocessing, PackedLayout.plain(preprocessing.schema(), false));
  }

  private static float[] concatenated(float[][] parts) {
    int size = 0;
    for (float[] part : parts) {
      size += part.length;
    }
    float[] all = new float[size];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
