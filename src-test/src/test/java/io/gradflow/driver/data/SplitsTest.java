package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows are held out, and that files and partitions have no say in it. */
class SplitsTest {
  private static final int ROWS = 400;
  private static final int USER = 1;
  private static final int KIND = 2;
  private static final int DAY = 3;
  private static final int PART = 4;

  private final SparkSession spark = SparkSessions.local2();
  private final List<Row> rows = rows();

  /** The ids of each split's rows. */
  private record Ids(Set<Integer> train, Set<Integer> validation, Set<Integer> test) {}

  @Test
  void stratify_everyValue_sameShare() {
    Ids ids =
        split(
            table(),
            "validation: {split: 0.2, stratify: kind}\ntest: {split: 0.1, stratify: kind}");
    Map<Object, Long> all = count(everything(), KIND);
    Map<Object, Long> validation = count(ids.validation(), KIND);
    Map<Object, Long> test = count(ids.test(), KIND);
    assertEquals(4, all.size());
    all.forEach(
        (kind, rowsOfKind) -> {
          assertEquals(Math.round(rowsOfKind * 0.2), validation.getOrDefault(kind, 0L), "" + kind);
          assertEquals(Math.round(rowsOfKind * 0.1), test.getOrDefault(kind, 0L), "" + kind);
        });
    assertEverythingOnce(ids);
  }

  @Test
  void group_everyGroup_onOneSideAndTheShareIsNear() {
    Ids ids =
        split(table(), "validation: {split: 0.2, group: user}\ntest: {split: 0.1, group: user}");
    TreeSet<Object> seen = new TreeSet<>();
    for (Set<Integer> side : List.of(ids.train(), ids.validation(), ids.test())) {
      for (Object user : count(side, USER).keySet()) {
        assertTrue(seen.add(user), "user " + user + " is on two sides");
      }
    }
    assertEverythingOnce(ids);
    // A group has 10 rows on average, so a cut is at most half a large one away.
    assertEquals(80, ids.validation().size(), 10);
    assertEquals(40, ids.test().size(), 10);
  }

  @Test
  void time_share_theLatestRowsAndDaysStayTogether() {
    Ids ids = split(table(), "validation: {split: 0.2, time: day}\ntest: {split: 0.1, time: day}");
    assertTrue(last(ids.train()).compareTo(first(ids.validation())) < 0);
    assertTrue(last(ids.validation()).compareTo(first(ids.test())) < 0);
    assertEverythingOnce(ids);
    assertEquals(80, ids.validation().size(), 6);
    assertEquals(40, ids.test().size(), 6);
  }

  @Test
  void from_dates_cutExactlyThere() {
    Ids ids =
        split(
            table(),
            "validation: {time: day, from: 2020-02-01}\ntest: {time: day, from: '2020-03-01'}");
    for (int id = 0; id < ROWS; id++) {
      int month = LocalDate.parse(rows.get(id).getString(DAY)).getMonthValue();
      assertEquals(month == 1, ids.train().contains(id), rows.get(id).toString());
      assertEquals(month == 2, ids.validation().contains(id), rows.get(id).toString());
      assertEquals(month > 2, ids.test().contains(id), rows.get(id).toString());
    }
  }

  @Test
  void column_values_theRowsMarked() {
    Ids ids =
        split(
            table(), "validation: {column: part, values: [7, 8]}\ntest: {column: part, values: 9}");
    for (int id = 0; id < ROWS; id++) {
      int part = rows.get(id).getInt(PART);
      assertEquals(part == 7 || part == 8, ids.validation().contains(id));
      assertEquals(part == 9, ids.test().contains(id));
    }
    assertEverythingOnce(ids);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", stratify: kind", ", group: user"})
  void folds_all_everyRowInExactlyOne(String by) {
    TreeSet<Integer> validated = new TreeSet<>();
    TreeSet<Object> groups = new TreeSet<>();
    Optional<Set<Integer>> test = Optional.empty();
    for (int fold = 1; fold <= 3; fold++) {
      Ids ids =
          split(
              table(),
              "validation: {folds: 3, fold: %d%s}\ntest: {column: part, values: 9}"
                  .formatted(fold, by));
      assertEverythingOnce(ids);
      ids.validation().forEach(id -> assertTrue(validated.add(id), "row " + id + " twice"));
      assertEquals(test.orElse(ids.test()), ids.test());
      test = Optional.of(ids.test());
      int rest = ROWS - ids.test().size();
      assertEquals(rest / 3.0, ids.validation().size(), by.contains("group") ? 10 : 2);
      if (by.contains("group")) {
        count(ids.validation(), USER).keySet().forEach(user -> assertTrue(groups.add(user)));
      }
      if (by.contains("stratify")) {
        Map<Object, Long> kinds = count(ids.validation(), KIND);
        Map<Object, Long> training = count(ids.train(), KIND);
        kinds.forEach((kind, held) -> assertEquals(training.get(kind) / 2.0, held, 1.5));
      }
    }
    assertEquals(ROWS - test.orElseThrow().size(), validated.size());
  }

  @Test
  void stratify_equalRows_stayTogether() {
    List<Row> repeated = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      repeated.add(RowFactory.create(i % 40, "user", i % 2 == 0 ? "a" : "b", "2020-01-01", 0, 1.5));
    }
    Ids ids =
        split(
            spark.createDataFrame(repeated, table().schema()),
            "validation: {split: 0.25, stratify: kind}");
    TreeSet<Integer> both = new TreeSet<>(ids.train());
    both.retainAll(ids.validation());
    assertEquals(new TreeSet<>(), both);
    assertEquals(10, ids.validation().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          validation: {split: 0.2, stratify: kind}
          validation: {split: 0.2, group: user}
          validation: {split: 0.2, time: day}
          validation: {folds: 4, fold: 2}
          """)
  void split_sameRowsElsewhere_sameBits(String holdout) {
    float[][] expected;
    float[][] held;
    try (PreparedData data = prepare(table().coalesce(1), holdout, "content")) {
      expected = ShardContents.of(data.train());
      held = ShardContents.of(data.validation().orElseThrow());
    }
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(5));
    Dataset<Row> other = spark.createDataFrame(shuffled, table().schema()).repartition(64);
    try (PreparedData data = prepare(other, holdout, "content")) {
      assertTrue(Arrays.deepEquals(expected, ShardContents.of(data.train())));
      assertTrue(Arrays.deepEquals(held, ShardContents.of(data.validation().orElseThrow())));
    }
    // The files' order says where a row goes, but not on which side it is.
    try (PreparedData data = prepare(table().coalesce(1), holdout, "source")) {
      assertEquals(ids(held), ids(ShardContents.of(data.validation().orElseThrow())));
    }
  }

  @Test
  void group_missingInARow_rowIsRefusedNamingTheColumn() {
    Dataset<Row> holes =
        table().withColumn("user", org.apache.spark.sql.functions.expr("nullif(user, 'u3')"));
    GradflowException e =
        assertThrows(
            GradflowException.class, () -> split(holes, "validation: {split: 0.2, group: user}"));
    assertTrue(e.getMessage().contains("column user: missing"), e.getMessage());
  }

  @Test
  void stratify_columnNotThere_namesKeyAndColumns() {
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () -> split(table(), "validation: {split: 0.2, stratify: kinds}"));
    assertTrue(
        e.getMessage().contains("data.validation.stratify: no column kinds"), e.getMessage());
  }

  @Test
  void group_oneGroupOnly_nothingLeftOnOneSide() {
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () -> split(table().filter("user = 'u3'"), "validation: {split: 0.2, group: user}"));
    assertTrue(e.getMessage().contains("none may be empty"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{split: 0.1, path: x}",
        "{split: 0.1, group: a, time: b}",
        "{folds: 3}",
        "{folds: 3, fold: 4}",
        "{folds: 3, fold: 1, time: day}",
        "{time: day}",
        "{time: day, from: yesterday}",
        "{from: 2020-01-01}",
        "{column: part}",
        "{path: x, group: user}"
      })
  void holdout_unclear_isRefused(String holdout) {
    assertThrows(
        SpecException.class, () -> SpecReader.readYaml(holdout, "job.yaml", HoldoutSpec.class));
  }

  private Ids split(Dataset<Row> table, String holdouts) {
    try (PreparedData data = prepare(table, holdouts, "content")) {
      Ids ids =
          new Ids(
              ids(ShardContents.of(data.train())),
              data.validation().map(ShardContents::of).map(SplitsTest::ids).orElseThrow(),
              data.test().map(ShardContents::of).map(SplitsTest::ids).orElse(new TreeSet<>()));
      assertEquals(
          table.count(), data.counts().train() + data.counts().validation() + data.counts().test());
      return ids;
    }
  }

  private static PreparedData prepare(Dataset<Row> table, String holdouts, String order) {
    DataSpec spec =
        SpecReader.readYaml(
            """
            train: {format: table, path: given}
            order: %s
            features: [{columns: x, standardize: true}]
            label: {column: id, as: number}
            %s
            """
                .formatted(order, holdouts),
            "data.yaml",
            DataSpec.class);
    return PreparedData.prepare(
        SourceTable.of("given", table), Optional.empty(), Optional.empty(), spec, 11, 2);
  }

  /** Each row is x, id, weight. */
  private static Set<Integer> ids(float[][] parts) {
    TreeSet<Integer> ids = new TreeSet<>();
    for (float[] part : parts) {
      for (int at = 1; at < part.length; at += 3) {
        ids.add((int) part[at]);
      }
    }
    return ids;
  }

  private void assertEverythingOnce(Ids ids) {
    List<Integer> all =
        Stream.of(ids.train(), ids.validation(), ids.test()).flatMap(Set::stream).toList();
    assertEquals(ROWS, all.size());
    assertEquals(everything(), new TreeSet<>(all));
  }

  private static Set<Integer> everything() {
    return Stream.iterate(0, i -> i + 1).limit(ROWS).collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<Object, Long> count(Set<Integer> ids, int column) {
    return ids.stream()
        .map(id -> rows.get(id).get(column))
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  private String last(Set<Integer> ids) {
    return ids.stream().map(id -> rows.get(id).getString(DAY)).max(String::compareTo).orElseThrow();
  }

  private String first(Set<Integer> ids) {
    return ids.stream().map(id -> rows.get(id).getString(DAY)).min(String::compareTo).orElseThrow();
  }

  private Dataset<Row> table() {
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("user", DataTypes.StringType)
            .add("kind", DataTypes.StringType)
            .add("day", DataTypes.StringType)
            .add("part", DataTypes.IntegerType)
            .add("x", DataTypes.DoubleType));
  }

  private static List<Row> rows() {
    Random random = new Random(17);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          RowFactory.create(
              i,
              "u" + (int) (40 * random.nextDouble() * random.nextDouble()),
              List.of("a", "a", "a", "b", "b", "c", "c", "c", "c", "rare").get(random.nextInt(10)),
              LocalDate.of(2020, 1, 1).plusDays(random.nextInt(100)).toString(),
              random.nextInt(10),
              random.nextGaussian()));
    }
    return rows;
  }
}
