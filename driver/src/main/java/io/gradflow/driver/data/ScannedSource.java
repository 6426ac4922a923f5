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
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** A source whose rows were read, checked, counted and put in canonical order. */
final class ScannedSource {
  private final SourceTable table;
  private final RowRules rules;
  private final RowOrder order;
  private final JavaPairRDD<byte[], Void> ordered;
  private final ScanResult result;

  private ScannedSource(
      SourceTable table,
      RowRules rules,
      RowOrder order,
      JavaPairRDD<byte[], Void> ordered,
      ScanResult result) {
    this.table = table;
    this.rules = rules;
    this.order = order;
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
      List<RawGroup> groups = rules.groups().groups();
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
      JavaPairRDD<byte[], Void> keyed =
          rows.mapPartitionsToPair(
              new ScanTask(
                  columns,
                  rules,
                  order,
                  buckets,
                  CounterRng.key(seed, Purpose.SPLIT, 0, 0, 0),
                  scans));
      JavaPairRDD<byte[], Void> ordered =
          order == RowOrder.CONTENT
              ? keyed.repartitionAndSortWithinPartitions(
                  new KeyedBytes.ByRange(buckets), new KeyedBytes.Order())
              : keyed;
      // In content order one bucket is enough: the shuffle behind it reads the whole source.
      drain(ordered.rdd(), order == RowOrder.CONTENT ? 1 : ordered.getNumPartitions());
      ScanResult result = new ScanResult(table.name(), List.copyOf(scans.value().values()));
      return new ScannedSource(table, rules, order, ordered, result);
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

  /**
   * The raw rows of split s and micro-shard m in partition {@code s M + m}, in order, each after
   * {@link KeyedBytes#KEY_BYTES} bytes.
   */
  JavaRDD<byte[]> deal(SplitRanks splits, int microShards) {
    int used = splits.test() > 0 ? 3 : splits.validation() > 0 ? 2 : 1;
    return ordered
        .mapPartitionsToPair(pairs(splits, microShards))
        .repartitionAndSortWithinPartitions(
            new KeyedBytes.ByPartition(used * microShards), new KeyedBytes.Order())
        .keys();
  }

  private String listed() {
    return result.samples().stream()
        .map(sample -> "  " + sample)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private void writeRefused(String path) {
    try {
      List<RawGroup> groups = rules.groups().groups();
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

  private DealTask pairs(SplitRanks splits, int microShards) {
    return new DealTask(Ranks.of(order, result, ordered.getNumPartitions()), splits, microShards);
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
