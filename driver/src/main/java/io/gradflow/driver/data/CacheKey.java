package io.gradflow.driver.data;

import io.gradflow.common.array.Sha256;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.spec.SpecWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What prepared data depend on, as one fingerprint: the files of the sources by path, length and
 * time of modification, without reading them; the {@code data} section but for what is done to rows
 * after packing; seed and micro-shards; the settings of Spark SQL, the time zone among them; and
 * Gradflow's build. Whatever differs gives another key: at worst data are prepared that were kept.
 * Credentials are no part of it.
 */
final class CacheKey {
  /** Settings that say where Spark keeps its own tables. */
  private static final String WAREHOUSE = "spark.sql.warehouse.dir";

  private CacheKey() {}

  /** Thirty-two hexadecimal digits. */
  static String of(SparkSession spark, DataSpec spec, long seed, int microShards)
      throws IOException {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    List<String> facts = new ArrayList<>();
    try (InputStream build =
        CacheKey.class.getResourceAsStream("/io/gradflow/driver/report/build.properties")) {
      facts.add(Sha256.of(build.readAllBytes()));
    }
    facts.add(spark.version());
    facts.add(SpecWriter.toJson(Redaction.redact(SpecWriter.toTree(spec.asPacked()))));
    facts.add(spec.onBadRow().getClass().getSimpleName());
    facts.add(seed + " " + microShards);
    facts.add(spark.conf().get("spark.sql.session.timeZone"));
    CollectionConverters.asJava(spark.conf().getAll()).entrySet().stream()
        .filter(e -> e.getKey().startsWith("spark.sql.") && !e.getKey().equals(WAREHOUSE))
        .map(e -> Redaction.override(e.toString()))
        .sorted()
        .forEach(facts::add);
    for (Optional<SourceSpec> source :
        List.of(
            Optional.of(spec.train()),
            spec.validation().flatMap(own -> own.source(spec.train())),
            spec.test().flatMap(own -> own.source(spec.train())))) {
      facts.add("source");
      if (source.isPresent()) {
        facts.addAll(files(source.get(), configuration));
      }
    }
    return Sha256.of(String.join("\n", facts).getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  private static List<String> files(SourceSpec source, Configuration configuration)
      throws IOException {
    List<FileStatus> all = new ArrayList<>(SourceFiles.below(source.path(), configuration));
    String labels = source.options().get(SourceTable.LABELS);
    if (labels != null) {
      for (String each : source.path()) {
        Path path = new Path(each);
        FileSystem files = path.getFileSystem(configuration);
        for (Path beside :
            Stream.of(Optional.ofNullable(path.getParent()), Optional.of(path))
                .flatMap(Optional::stream)
                .map(directory -> new Path(directory, labels))
                .toList()) {
          FileStatus[] found = files.globStatus(beside);
          Collections.addAll(all, found == null ? new FileStatus[0] : found);
        }
      }
    }
    return all.stream()
        .map(
            file ->
                Redaction.text(file.getPath().toString())
                    + " "
                    + file.getLen()
                    + " "
                    + file.getModificationTime())
        .sorted()
        .toList();
  }
}
