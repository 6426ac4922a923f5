package io.gradflow.driver.data;

import io.gradflow.common.error.Causes;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.worker.shard.ShardRdd;
import io.gradflow.worker.shard.UnusableShardException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepared data that are kept for later runs, below a directory of any Hadoop file system:
 *
 * <pre>
 * CACHE/KEY/manifest                 {@link KeptData}, written last: its presence means all is there
 * CACHE/KEY/NAME-MICROSHARD-TASK.gfshard
 * </pre>
 *
 * <p>The key is {@link CacheKey}. Runs that keep the same data at the same time write shards under
 * names of their own; the last manifest counts. What is damaged or incomplete is deleted, told of,
 * and made anew. Nothing else is ever deleted.
 */
final class DataCache {
  private static final Logger LOG = LoggerFactory.getLogger(DataCache.class);
  private static final String MANIFEST = "manifest";

  private final SparkContext spark;
  private final Path directory;
  private final FileSystem files;
  private final Consumer<String> warnings;

  private DataCache(SparkContext spark, Path directory, Consumer<String> warnings)
      throws IOException {
    this.spark = spark;
    this.files = directory.getFileSystem(spark.hadoopConfiguration());
    this.directory = files.makeQualified(directory);
    this.warnings = warnings;
  }

  /**
   * The data of a spec: kept ones if there are any, else prepared now and kept.
   *
   * @throws GradflowException (output blocked) if the cache cannot be written
   */
  static PreparedData get(
      SparkSession spark,
      DataSpec spec,
      long seed,
      int microShards,
      Supplier<PreparedData> prepare) {
    return get(spark, spec, seed, microShards, prepare, LOG::warn);
  }

  static PreparedData get(
      SparkSession spark,
      DataSpec spec,
      long seed,
      int microShards,
      Supplier<PreparedData> prepare,
      Consumer<String> warnings) {
    String cache = spec.cache().orElseThrow();
    try {
      DataCache entry =
          new DataCache(
              spark.sparkContext(),
              new Path(cache, CacheKey.of(spark, spec, seed, microShards)),
              warnings);
      Optional<PreparedData> kept = entry.find();
      if (kept.isPresent()) {
        return kept.get();
      }
      PreparedData data = prepare.get();
      // A quarantine is written by reading the source: the next run has to.
      if (!(spec.onBadRow() instanceof OnBadRow.Quarantine) || data.counts().rejected() == 0) {
        entry.keep(data);
      }
      return data;
    } catch (IOException e) {
      throw new GradflowException(
          ExitCode.IO, "data.cache: " + cache + " cannot be used: " + e.getMessage(), e);
    }
  }

  private Optional<PreparedData> find() throws IOException {
    Path manifest = new Path(directory, MANIFEST);
    if (!files.exists(manifest)) {
      return Optional.empty();
    }
    String fault;
    try {
      PreparedData data = KeptData.parse(read(manifest)).open(spark, directory.toString());
      Optional<UnusableShardException> unusable = fetch(data);
      if (unusable.isEmpty()) {
        LOG.info("data.cache: {}", Redaction.text(directory.toString()));
        return Optional.of(data);
      }
      data.close();
      fault = unusable.get().getMessage();
    } catch (IOException e) {
      fault = manifest + ": " + e.getMessage();
    }
    warnings.accept(
        "data.cache: what was kept cannot be used and is made anew: " + Redaction.text(fault));
    files.delete(directory, true);
    return Optional.empty();
  }

  private static Optional<UnusableShardException> fetch(PreparedData data) {
    try {
      Stream.of(Optional.of(data.train()), data.validation(), data.test())
          .flatMap(Optional::stream)
          .forEach(ShardRdd::pack);
      return Optional.empty();
    } catch (Exception e) {
      Optional<UnusableShardException> unusable = Causes.first(e, UnusableShardException.class);
      if (unusable.isEmpty()) {
        data.close();
        throw e;
      }
      return unusable;
    }
  }

  private void keep(PreparedData data) {
    try {
      files.mkdirs(directory);
      byte[] manifest = KeptData.keep(data, directory.toString()).toBytes();
      Path partial = new Path(directory, "." + MANIFEST + "." + data.train().id());
      try (OutputStream out = files.create(partial, true)) {
        out.write(manifest);
      }
      // rename() does not replace.
      files.delete(new Path(directory, MANIFEST), false);
      if (!files.rename(partial, new Path(directory, MANIFEST))) {
        throw new IOException("cannot rename " + partial);
      }
    } catch (Exception e) { // Spark's jobs throw what they do not declare.
      data.close();
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          "data.cache: cannot write %s: %s; name another directory, or leave the cache out"
              .formatted(directory, Causes.root(e).getMessage()),
          e);
    }
  }

  private byte[] read(Path manifest) throws IOException {
    try (InputStream in = files.open(manifest)) {
      byte[] bytes = in.readNBytes(KeptData.MAX_BYTES + 1);
      if (bytes.length > KeptData.MAX_BYTES) {
        throw new IOException("more than " + KeptData.MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }
}
