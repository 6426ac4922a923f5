package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables, views and queries of Spark's catalog as sources. */
class CatalogTablesTest {
  private static final SparkSession SPARK = SparkSessions.local2();
  private static final String DATABASE = "catalog_tables_test";

  @TempDir static Path directory;
  private static float[][] expected;

  @BeforeAll
  static void save() throws IOException {
    PixelTable.writeCsv(directory.resolve("rows.csv"), PixelTable.rows());
    try (PreparedData data =
        PixelTable.prepare(
            SPARK, PixelTable.spec(SourceFormat.CSV, directory.resolve("rows.csv").toString()))) {
      expected = ShardContents.of(data.train());
    }
    // As spark.sql.warehouse.dir is for the default database.
    SPARK.sql(
        "create database %s location '%s'".formatted(DATABASE, directory.resolve("warehouse")));
    Dataset<Row> rows = PixelTable.table(SPARK, PixelTable.rows());
    rows.repartition(3).write().saveAsTable(DATABASE + ".saved");
    rows.write().partitionBy("kind").saveAsTable(DATABASE + ".partitioned");
    rows.write().bucketBy(4, "pixel_0").sortBy("width").saveAsTable(DATABASE + ".bucketed");
    rows.write()
        .format("orc")
        .option("path", directory.resolve("external").toString())
        .saveAsTable("catalog_tables_external");
    SPARK.sql("create view %s.seen as select * from %s.saved".formatted(DATABASE, DATABASE));
    rows.createOrReplaceTempView("catalog_tables_view");
    rows.createOrReplaceGlobalTempView("catalog_tables_global");
    SPARK.sql(
        "create table %s.kinds (kind string, shown string) using parquet".formatted(DATABASE));
    SPARK.sql(
        "insert into %s.kinds values ('round', 'a'), ('flat', 'b'), ('wide', 'c')"
            .formatted(DATABASE));
  }

  @AfterAll
  static void drop() {
    SPARK.sql("drop database if exists " + DATABASE + " cascade");
    SPARK.sql("drop table if exists catalog_tables_external");
    SPARK.catalog().dropTempView("catalog_tables_view");
    SPARK.catalog().dropGlobalTempView("catalog_tables_global");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TABLE | catalog_tables_test.saved
          TABLE | spark_catalog.catalog_tables_test.saved
          TABLE | catalog_tables_test.partitioned
          TABLE | catalog_tables_test.bucketed
          TABLE | catalog_tables_test.seen
          TABLE | catalog_tables_external
          TABLE | catalog_tables_view
          TABLE | global_temp.catalog_tables_global
          TABLE | parquet.`DIR/warehouse/saved`
          SQL   | select * from catalog_tables_test.saved order by width
          SQL   | select * from orc.`DIR/external`
          SQL   | with t as (select *, row_number() over (order by width) as n from catalog_tables_view) select * from t where n > 0
          SQL   | select s.* from catalog_tables_test.saved s join catalog_tables_test.kinds k on s.kind = k.kind where k.shown is not null
          SQL   | select * from catalog_tables_view where pixel_0 < 100 union all select * from catalog_tables_view where pixel_0 >= 100
          SQL   | select pixel_0, pixel_1, pixel_2, pixel_3, width, height, kind, sum(importance) as importance from catalog_tables_view group by all
          """)
  void prepare_tableOrQuery_sameBitsAsFiles(SourceFormat format, String path) throws IOException {
    try (PreparedData data =
        PixelTable.prepare(
            SPARK, PixelTable.spec(format, path.replace("DIR", directory.toString())))) {
      assertArrayEquals(expected, ShardContents.of(data.train()));
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TABLE | catalog_tables_test.nowhere                  | nowhere
          TABLE | no_such_database.saved                       | no_such_database
          TABLE | no_such_catalog.some.saved                   | no_such_catalog
          SQL   | select * from catalog_tables_test.nowhere    | nowhere
          SQL   | select * from a join catalog_tables_view using (kind) | a
          """)
  void open_unknownName_saysWhereItWasLookedFor(SourceFormat format, String path, String name) {
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () -> SourceTable.open(SPARK, "data.train", new SourceSpec(format, path, Map.of())));
    assertEquals(ExitCode.INPUT_MISSING, e.code(), e.getMessage());
    assertTrue(e.getMessage().startsWith("data.train (" + path), e.getMessage());
    assertTrue(e.getMessage().contains("`" + name + "`"), e.getMessage());
    assertTrue(e.getMessage().contains("Tables of Hive need Spark's Hive classes"), e.getMessage());
  }

  @Test
  void choose_hiveWithoutItsClasses_refused() {
    Map<String, String> conf = new HashMap<>(Map.of("spark.sql.catalogImplementation", "hive"));
    GradflowException e =
        assertThrows(GradflowException.class, () -> choose(conf, List.of("hive-site.xml")));
    assertEquals(ExitCode.INPUT_MISSING, e.code());
    assertTrue(e.getMessage().contains("this Spark has no Hive classes"), e.getMessage());
  }

  @Test
  void choose_metastoreThere_hiveUnlessTheUserSaysOtherwise() {
    List<String> classes =
        List.of(
            "org/apache/spark/sql/hive/HiveSessionStateBuilder.class",
            "org/apache/hadoop/hive/conf/HiveConf.class");
    List<String> all = List.of(classes.get(0), classes.get(1), "hive-site.xml");
    assertEquals("hive", choose(new HashMap<>(), all));
    assertEquals(
        "hive",
        choose(new HashMap<>(Map.of("spark.hive.metastore.uris", "thrift://m:9083")), classes));
    // Hive would make a metastore of its own in the current folder.
    assertEquals(null, choose(new HashMap<>(), classes));
    assertEquals(null, choose(new HashMap<>(), List.of("hive-site.xml")));
    assertEquals(
        "in-memory",
        choose(new HashMap<>(Map.of("spark.sql.catalogImplementation", "in-memory")), all));
  }

  private static String choose(Map<String, String> conf, List<String> there) {
    TableCatalog.choose(
        conf::get,
        conf::put,
        new ClassLoader(null) {
          @Override
          public URL getResource(String name) {
            return there.contains(name) ? CatalogTablesTest.class.getResource("/golden") : null;
          }
        });
    return conf.get("spark.sql.catalogImplementation");
  }
}
