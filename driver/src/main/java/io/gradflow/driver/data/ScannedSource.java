package io.gradflow.driver.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.CounterRng.Purpose;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.mapred.FileAlreadyExistsException;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/** A source whose rows were read, checked, counted and put in canonical order. */
final class ScannedSource {
  private final SourceTable table;
  private final RowRules rules;
  private final RowOrder order;
  private final long orderKey;
  private final JavaPairRDD<byte[], Void> ordered;
  private final ScanResult result;

  private ScannedSource(
      SourceTable table,
      RowRules rules,
      RowOrder order,
      long orderKey,
      JavaPairRDD<byte[], Void> ordered,
      ScanResult result) {
    this.table = table;
    this.rules = rules;
    this.order = order;
    this.orderKey = orderKey;
    this.ordered = ordered;
    this.result = result;
  }

  /**
   * Scans a source, in one Spark job.
   *
   * @throws GradflowException (bad data, input missing, I/O) if it cannot be read
   */
  static ScannedSource scan(SourceTable table, RowRules rules, RowOrder order, long seed) {
    try {
      List<RawGroup> groups = rules.read();
      Dataset<Row> selected = SelectedColumns.select(table, groups);
      SelectedColumns columns = SelectedColumns.of(table, groups, selected);
      // Once on the driver, so that columns of a wrong type are found before any job.
      new RowReader(columns.schema(), groups);
      JavaRDD<InternalRow> rows = rows(selected);
      SparkContext spark = rows.context();
      ScanAccumulator scans = new ScanAccumulator();
      spark.register(scans, "gradflow scan of " + table.name());
      int buckets =
          order == RowOrder.CONTENT
              ? Math.max(spark.defaultParallelism(), rows.getNumPartitions())
              : 1;
      long orderKey = CounterRng.key(seed, Purpose.SPLIT, 0, 0, 0);
      JavaPairRDD<byte[], Void> keyed =
          rows.mapPartitionsToPair(new ScanTask(columns, rules, order, buckets, orderKey, scans));
      JavaPairRDD<byte[], Void> ordered =
          order == RowOrder.CONTENT
              ? keyed.repartitionAndSortWithinPartitions(
                  new KeyedBytes.ByRange(buckets), new KeyedBytes.Order())
              : keyed;
      // In content order one bucket is enough: the shuffle behind it reads the whole source.
      drain(ordered.rdd(), order == RowOrder.CONTENT ? 1 : ordered.getNumPartitions());
      ScanResult result = new ScanResult(table.name(), List.copyOf(scans.value().values()));
      return new ScannedSource(table, rules, order, orderKey, ordered, result);
    } catch (Exception e) {
      throw ReadFailure.of(table.name(), e);
    }
  }

  ScanResult result() {
    return result;
  }

  /**
   * Acts on refused rows as the spec says.
   *
   * @param role names the directory of a quarantine: train, validation, test
   * @throws GradflowException (bad data) if bad rows fail the run or no row is left; (output
   *     blocked) if the quarantine exists
   */
  void settle(OnBadRow onBadRow, String role) {
    long refused = result.refused();
    if (refused > 0 && onBadRow instanceof OnBadRow.Fail) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: %d of %d rows cannot be used:%n%s%nSet data.onBadRow to drop or quarantine to go on without them."
              .formatted(table.name(), refused, refused + result.rows(), listed()));
    }
    if (refused > 0 && onBadRow instanceof OnBadRow.Quarantine quarantine) {
      writeRefused(quarantine.path() + "/" + role);
    }
    if (result.rows() == 0) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          refused == 0
              ? table.name() + " has no rows"
              : "%s: all %d rows were refused:%n%s".formatted(table.name(), refused, listed()));
    }
  }

  /** Places by rank: so many validation and so many test rows. */
  Placement placement(SplitRanks splits, int microShards) {
    return new RankPlacement(ranks(), splits, microShards);
  }

  /**
   * Places by what rows hold, in a few Spark jobs over the rows that are in order already.
   *
   * @param holdouts whose rules read the keys of the scan's {@link RowRules}
   */
  Placement placement(Holdouts holdouts, int microShards) {
    KeyedRows rows = KeyedRows.of(rules.read().size(), orderKey);
    for (Holdouts.Named named : holdouts.rules()) {
      HoldoutRule rule = named.rule();
      if (!rule.isFound()) {
        rule =
            new CutSearch(rows, rule, named.column())
                .found(task -> (byte[][]) run(task, byte[].class));
      }
      rows = rows.with(rule);
    }
    Ranks ranks = ranks();
    long[][] counts = (long[][]) run(new SplitCountTask(rows, ranks), long[].class);
    long[] sizes = new long[SplitRanks.SPLITS];
    for (long[] partition : counts) {
      for (int i = 0; i < partition.length; i++) {
        sizes[i % SplitRanks.SPLITS] += partition[i];
      }
    }
    return new KeyedPlacement(
        rows, ranks.within(counts), sizes, ranks, rules.groups().size(), microShards);
  }

  /**
   * The raw rows of split s and micro-shard m in partition {@code s M + m}, in order, each after
   * {@link KeyedBytes#KEY_BYTES} bytes.
   */
  JavaRDD<byte[]> deal(Placement placement, int microShards) {
    return ordered
        .mapPartitionsToPair(new DealTask(placement))
        .repartitionAndSortWithinPartitions(
            new KeyedBytes.ByPartition(placement.splits() * microShards), new KeyedBytes.Order())
        .keys();
  }

  private String listed() {
    return result.samples().stream()
        .map(sample -> "  " + sample)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private void writeRefused(String path) {
    try {
      List<RawGroup> groups = rules.read();
      Dataset<Row> selected =
          SelectedColumns.select(table, groups, functions.to_json(functions.struct("*")));
      SelectedColumns columns = SelectedColumns.of(table, groups, selected);
      rows(selected)
          .mapPartitions(new RefusedTask(columns, rules, columns.schema().fields().length - 1))
          .saveAsTextFile(path);
    } catch (Exception e) {
      if (e instanceof FileAlreadyExistsException) {
        throw new GradflowException(
            ExitCode.OUTPUT_BLOCKED,
            "data.onBadRow.quarantine: " + path + " exists; name another directory or delete it",
            e);
      }
      throw new GradflowException(
          ExitCode.IO, "data.onBadRow.quarantine: cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  private Ranks ranks() {
    return Ranks.of(order, result, ordered.getNumPartitions());
  }

  /** Runs a task on every partition of the ordered rows. */
  private <T> Object run(
      AbstractFunction2<TaskContext, Iterator<Tuple2<byte[], Void>>, T> task, Class<T> type) {
    RDD<Tuple2<byte[], Void>> rows = ordered.rdd();
    return rows.sparkContext()
        .runJob(
            rows,
            task,
            CollectionConverters.asScala(
                    IntStream.range(0, rows.getNumPartitions()).mapToObj(i -> (Object) i).toList())
                .toSeq(),
            ClassTag$.MODULE$.apply(type));
  }

  private static JavaRDD<InternalRow> rows(Dataset<Row> selected) {
    if (selected instanceof org.apache.spark.sql.classic.Dataset<Row> classic) {
      return classic.queryExecution().toRdd().toJavaRDD();
    }
    throw new GradflowException(
        ExitCode.BAD_DATA,
        "training reads rows in Spark's own process; this is a remote (Spark Connect) table of type"
            + " "
            + selected.getClass().getName());
  }

  private static void drain(RDD<Tuple2<byte[], Void>> rows, int partitions) {
    rows.sparkContext()
        .runJob(
            rows,
            new DrainTask<>(),
            CollectionConverters.asScala(
                    IntStream.range(0, Math.min(partitions, rows.getNumPartitions()))
                        .mapToObj(i -> (Object) i)
                        .toList())
                .toSeq(),
            ClassTag$.MODULE$.apply(Long.class));
  }
}
