package io.gradflow.driver.data;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.worker.shard.ShardRdd;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Data ready to train on. Whoever prepares it closes it, which deletes the packed shards.
 *
 * @param preprocessing fitted on the training rows
 * @param train every row of the training split, cut into micro-shards
 * @param counts what became of every row
 * @param profile what the rows hold
 * @param fingerprint of the rows used: equal for equal rows, whatever their order and files
 */
public record PreparedData(
    Preprocessing preprocessing,
    ShardRdd train,
    Optional<ShardRdd> validation,
    Optional<ShardRdd> test,
    RowCounts counts,
    DataProfile profile,
    String fingerprint)
    implements AutoCloseable {

  /**
   * Reads, checks, splits, fits and packs what the spec names; or takes what an earlier run has
   * kept of it, the same bits.
   *
   * @param seed of the canonical order
   * @param microShards what each split is cut into
   * @throws io.gradflow.common.error.GradflowException (input missing, bad data, output blocked,
   *     input or output) if the data cannot be used
   */
  public static PreparedData prepare(
      SparkSession spark, DataSpec spec, long seed, int microShards) {
    return spec.cache().isPresent()
        ? DataCache.get(spark, spec, seed, microShards, () -> fresh(spark, spec, seed, microShards))
        : fresh(spark, spec, seed, microShards);
  }

  /** Prepares what the spec names from its sources. */
  static PreparedData fresh(SparkSession spark, DataSpec spec, long seed, int microShards) {
    return prepare(
        SourceTable.open(spark, "data.train", spec.train()),
        own(spark, "data.validation", spec.validation(), spec.train()),
        own(spark, "data.test", spec.test(), spec.train()),
        spec,
        seed,
        microShards);
  }

  /**
   * The same for rows that a program gives: the spec's sources are not read.
   *
   * @param validation rows of their own; empty if the spec splits them off or has none
   * @param test likewise
   */
  public static PreparedData prepare(
      SourceTable train,
      Optional<SourceTable> validation,
      Optional<SourceTable> test,
      DataSpec spec,
      long seed,
      int microShards) {
    return new Preparation(spec.onBadRow(), spec.order(), seed, microShards)
        .run(spec, train, validation, test);
  }

  /**
   * Profiles what the spec names, without preparing it.
   *
   * @param seed of the canonical order, on which the splits depend
   * @throws io.gradflow.common.error.GradflowException as {@link #prepare}, bad rows aside
   */
  public static DataProfile profile(SparkSession spark, DataSpec spec, long seed, int microShards) {
    return new Preparation(new OnBadRow.Drop(), spec.order(), seed, microShards)
        .profile(
            spec,
            SourceTable.open(spark, "data.train", spec.train()),
            own(spark, "data.validation", spec.validation(), spec.train()),
            own(spark, "data.test", spec.test(), spec.train()));
  }

  /**
   * Encodes rows with a preprocessing that was fitted before: to evaluate a saved model.
   *
   * @throws io.gradflow.common.error.GradflowException as {@link #prepare}
   */
  public static EncodedData encode(
      SourceTable table,
      Preprocessing preprocessing,
      OnBadRow onBadRow,
      RowOrder order,
      long seed,
      int microShards) {
    return new Preparation(onBadRow, order, seed, microShards)
        .encode(table, preprocessing, "evaluate");
  }

  private static Optional<SourceTable> own(
      SparkSession spark, String name, Optional<HoldoutSpec> holdout, SourceSpec train) {
    return holdout
        .flatMap(spec -> spec.source(train))
        .map(source -> SourceTable.open(spark, name, source));
  }

  public ExampleSchema schema() {
    return preprocessing.schema();
  }

  @Override
  public void close() {
    Stream.of(Optional.of(train), validation, test)
        .flatMap(Optional::stream)
        .forEach(ShardRdd::drop);
  }
}
