package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.driver.feature.NumericFeature;
import io.gradflow.testkit.ObjectStoreFileSystem;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCacheTest {
  private final SparkSession spark = SparkSessions.local2();
  private final List<String> warnings = new ArrayList<>();
  private int prepared;
  @TempDir private Path directory;
  private Path source;
  private DataSpec spec;

  @BeforeEach
  void writeSource() throws IOException {
    source = directory.resolve("rows/part.csv");
    PixelTable.writeCsv(source, PixelTable.rows());
    spec = cached(PixelTable.spec(SourceFormat.CSV, source.toString()), directory.resolve("cache"));
  }

  @Test
  void get_secondRun_sameBitsAndNothingPrepared() throws IOException {
    try (PreparedData plain =
            PixelTable.prepare(spark, PixelTable.spec(SourceFormat.CSV, source.toString()));
        PreparedData first = get(spec);
        PreparedData second = get(spec)) {
      assertEquals(1, prepared);
      assertSame(plain, first);
      assertSame(plain, second);
      // Any grouping of the kept micro-shards into tasks.
      assertArrayEquals(
          ShardContents.of(first.train().regroup(2)), ShardContents.of(second.train().regroup(2)));
    }
    assertEquals(List.of(), warnings);
    assertEquals(1, names(directory.resolve("cache")).size());
  }

  @Test
  void get_sourceChanged_prepared() throws IOException {
    get(spec).close();
    FileTime before = Files.getLastModifiedTime(source);
    List<Row> rows = new ArrayList<>(PixelTable.rows());
    rows.set(9, RowFactory.create(1, 2, 3, 4, 0.5, 0.25, "round", 99.0));
    PixelTable.writeCsv(source, rows);
    get(spec).close();
    assertEquals(2, prepared);
    // The same rows and length, but written again.
    Files.setLastModifiedTime(source, FileTime.fromMillis(before.toMillis() + 60_000));
    get(spec).close();
    assertEquals(3, prepared);
    PixelTable.writeCsv(source.resolveSibling("more.csv"), PixelTable.rows());
    DataSpec whole =
        cached(
            PixelTable.spec(SourceFormat.CSV, source.getParent().toString()),
            directory.resolve("cache"));
    get(whole).close();
    Files.delete(source.resolveSibling("more.csv"));
    get(whole).close();
    assertEquals(5, prepared);
  }

  @Test
  void get_preprocessingSeedOrMicroShardsChanged_prepared() {
    get(spec).close();
    DataSpec raw =
        new DataSpec(
            spec.train(),
            spec.validation(),
            spec.test(),
            List.of(NumericFeature.of("width", "height")),
            spec.label(),
            Map.of(),
            spec.weight(),
            spec.onBadRow(),
            spec.order(),
            List.of(),
            spec.cache(),
            List.of());
    get(raw).close();
    assertEquals(2, prepared);
    get(spec, PixelTable.SEED + 1, PixelTable.MICRO_SHARDS).close();
    assertEquals(3, prepared);
    get(spec, PixelTable.SEED, 2).close();
    assertEquals(4, prepared);
    get(spec.withHoldouts(Optional.of(HoldoutSpec.split(0.2)), Optional.empty())).close();
    assertEquals(5, prepared);
    String zone = spark.conf().get("spark.sql.session.timeZone");
    spark.conf().set("spark.sql.session.timeZone", "Pacific/Auckland");
    try {
      get(spec).close();
    } finally {
      spark.conf().set("spark.sql.session.timeZone", zone);
    }
    assertEquals(6, prepared);
    get(spec).close();
    assertEquals(6, prepared);
  }

  @Test
  void get_shardDamagedCutLengthenedOrGone_madeAnewWithReason() throws IOException {
    try (PreparedData first = get(spec)) {
      for (String fault : List.of("damaged", "less", "more", "missing")) {
        warnings.clear();
        Path shard = only(".gfshard").get(1);
        byte[] bytes = Files.readAllBytes(shard);
        // Hadoop's local checksums would find it before ours.
        Files.deleteIfExists(shard.resolveSibling("." + shard.getFileName() + ".crc"));
        switch (fault) {
          case "damaged" -> {
            bytes[bytes.length / 2] ^= 1;
            Files.write(shard, bytes);
          }
          case "less" -> Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
          case "more" -> Files.write(shard, Arrays.copyOf(bytes, bytes.length + 1));
          default -> Files.delete(shard);
        }
        int before = prepared;
        try (PreparedData again = get(spec)) {
          assertSame(first, again);
        }
        assertEquals(before + 1, prepared, fault);
        assertEquals(1, warnings.size(), fault);
        assertTrue(warnings.get(0).contains(shard.getFileName().toString()), warnings.get(0));
        assertTrue(warnings.get(0).contains(fault), warnings.get(0));
      }
    }
  }

  @Test
  void get_manifestDamagedOrOfAnotherVersion_madeAnewWithReason() throws IOException {
    get(spec).close();
    for (String fault : List.of("sha256", "version 9", "gradflow-data")) {
      warnings.clear();
      Path manifest = only("manifest").get(0);
      String text = Files.readString(manifest);
      Files.deleteIfExists(manifest.resolveSibling(".manifest.crc"));
      Files.writeString(
          manifest,
          switch (fault) {
            case "sha256" -> text.substring(0, text.length() - 9);
            case "version 9" -> text.replaceFirst(" 1 ", " 9 ");
            default -> text.substring(30);
          });
      int before = prepared;
      get(spec).close();
      assertEquals(before + 1, prepared, fault);
      assertEquals(1, warnings.size(), fault);
      assertTrue(warnings.get(0).contains(fault), warnings.get(0));
    }
  }

  /** What a killed run leaves: shards without a manifest. */
  @Test
  void get_manifestNeverWritten_preparedWithoutWarning() throws IOException {
    get(spec).close();
    Files.delete(only("manifest").get(0));
    get(spec).close();
    assertEquals(2, prepared);
    assertEquals(List.of(), warnings);
  }

  @Test
  void get_rowsQuarantined_notKept() throws IOException {
    Files.writeString(source, Files.readString(source) + "a,b,c,d,e,f,round,1\n");
    for (int run = 1; run <= 2; run++) {
      Path quarantine = directory.resolve("quarantine-" + run);
      get(spec.withOnBadRow(new OnBadRow.Quarantine(quarantine.toString()))).close();
      assertTrue(Files.exists(quarantine.resolve("train/_SUCCESS")));
    }
    assertEquals(2, prepared);
    // Dropped rows are counted by a run that starts from kept ones, too.
    for (int run = 1; run <= 2; run++) {
      try (PreparedData data = get(spec.withOnBadRow(new OnBadRow.Drop()))) {
        assertEquals(1, data.counts().rejected());
        assertEquals(1, data.counts().samples().size());
      }
    }
    assertEquals(3, prepared);
    // A run that must fail on them does.
    GradflowException e = assertThrows(GradflowException.class, () -> get(spec).close());
    assertEquals(ExitCode.BAD_DATA, e.code());
  }

  @Test
  void get_cacheIsAFile_outputBlocked() throws IOException {
    Path file = Files.writeString(directory.resolve("taken"), "x");
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () -> get(cached(PixelTable.spec(SourceFormat.CSV, source.toString()), file)).close());
    assertTrue(
        List.of(ExitCode.OUTPUT_BLOCKED, ExitCode.IO).contains(e.code()), e.code().toString());
    assertTrue(e.getMessage().startsWith("data.cache: "), e.getMessage());
  }

  /** Texts, whose shards are ragged, to an object store and back. */
  @Test
  void get_cacheOnAnObjectStore_sameBitsAndOnlyWholeOnesAreUsed() throws IOException {
    StringBuilder csv = new StringBuilder("review,stars\n");
    for (int i = 0; i < 120; i++) {
      csv.append("a good ".repeat(i % 17)).append("book,").append(i % 2).append('\n');
    }
    Files.writeString(directory.resolve("reviews.csv"), csv);
    String cache = ObjectStoreFileSystem.SCHEME + "://bucket/cache";
    DataSpec texts =
        SpecReader.readYaml(
            """
            train: {format: csv, path: %s}
            validation: {split: 0.1}
            test: {split: 0.2}
            features: [{columns: review, as: text, maxLength: 70}]
            label: {column: stars, as: class}
            cache: %s
            """
                .formatted(directory.resolve("reviews.csv"), cache),
            "data.yaml",
            DataSpec.class);
    ObjectStoreFileSystem.reset();
    try (PreparedData plain = PreparedData.fresh(spark, texts, 3, 2)) {
      long plenty = 1000;
      ObjectStoreFileSystem.dieAfter(plenty);
      get(texts, 3, 2).close();
      long operations = plenty - ObjectStoreFileSystem.left();
      assertTrue(operations > 12, operations + " operations");
      try (PreparedData kept = get(texts, 3, 2)) {
        assertEquals(1, prepared);
        assertSame(plain, kept);
      }
      // Killed at any operation: what is there then is not taken for whole.
      for (long point = 0; point < operations; point += 7) {
        ObjectStoreFileSystem.reset();
        ObjectStoreFileSystem.dieAfter(point);
        GradflowException e =
            assertThrows(GradflowException.class, () -> get(texts, 3, 2).close(), "at " + point);
        assertEquals(ExitCode.OUTPUT_BLOCKED, e.code());
        ObjectStoreFileSystem.dieAfter(Long.MAX_VALUE);
        // After the last file's copy only its temporary name is left to be deleted.
        boolean whole =
            ObjectStoreFileSystem.locations(cache).stream().anyMatch(k -> k.endsWith("/manifest"));
        int before = prepared;
        get(texts, 3, 2).close();
        try (PreparedData kept = get(texts, 3, 2)) {
          assertEquals(whole ? before : before + 1, prepared, "killed at operation " + point);
          assertSame(plain, kept);
        }
      }
      assertEquals(List.of(), warnings);
      // An object that is gone.
      ObjectStoreFileSystem.reset();
      get(texts, 3, 2).close();
      ObjectStoreFileSystem.remove(
          ObjectStoreFileSystem.locations(cache).stream()
              .filter(key -> key.endsWith(".gfshard"))
              .findFirst()
              .orElseThrow());
      int before = prepared;
      try (PreparedData again = get(texts, 3, 2)) {
        assertSame(plain, again);
      }
      assertEquals(before + 1, prepared);
      assertTrue(warnings.get(0).contains("is missing"), warnings.get(0));
    } finally {
      ObjectStoreFileSystem.reset();
    }
  }

  @Test
  void spec_cacheOfQuery_refused() {
    DataSpec query = PixelTable.spec(SourceFormat.SQL, "select 1");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> cached(query, directory));
    assertTrue(e.getMessage().startsWith("cache: only files"), e.getMessage());
  }

  @Test
  void keptData_throughBytes_isEqual() throws IOException {
    try (PreparedData data = get(spec)) {
      KeptData kept = KeptData.keep(data, directory.resolve("other").toString());
      assertEquals(kept, KeptData.parse(kept.toBytes()));
      assertNotEquals(0, kept.train().shards().get(0).bytes());
    }
  }

  private PreparedData get(DataSpec data) {
    return get(data, PixelTable.SEED, PixelTable.MICRO_SHARDS);
  }

  private PreparedData get(DataSpec data, long seed, int microShards) {
    return DataCache.get(
        spark,
        data,
        seed,
        microShards,
        () -> {
          prepared++;
          return PreparedData.fresh(spark, data, seed, microShards);
        },
        warnings::add);
  }

  private static DataSpec cached(DataSpec plain, Path cache) {
    return new DataSpec(
        plain.train(),
        plain.validation(),
        plain.test(),
        plain.features(),
        plain.label(),
        Map.of(),
        plain.weight(),
        plain.onBadRow(),
        plain.order(),
        List.of(),
        Optional.of(cache.toString()),
        List.of());
  }

  private List<Path> only(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
      return files.filter(file -> file.getFileName().toString().endsWith(ending)).sorted().toList();
    }
  }

  private static List<String> names(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertSame(PreparedData expected, PreparedData data) {
    assertEquals(expected.preprocessing(), data.preprocessing());
    assertArrayEquals(ShardContents.of(expected.train()), ShardContents.of(data.train()));
    assertArrayEquals(
        ShardContents.of(expected.validation().orElseThrow()),
        ShardContents.of(data.validation().orElseThrow()));
    assertArrayEquals(
        ShardContents.of(expected.test().orElseThrow()),
        ShardContents.of(data.test().orElseThrow()));
    assertEquals(expected.fingerprint(), data.fingerprint());
    assertEquals(expected.counts(), data.counts());
    assertEquals(expected.profile(), data.profile());
    assertEquals(
        List.copyOf(expected.profile().splits().keySet()),
        List.copyOf(data.profile().splits().keySet()));
  }
}
