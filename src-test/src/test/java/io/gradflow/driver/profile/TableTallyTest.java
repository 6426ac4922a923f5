package io.gradflow.driver.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.data.RawGroups;
import io.gradflow.common.data.RawRow;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Rows of numbers x, y, a category, and a label: profiles against plain loops over the values. */
class TableTallyTest {
  private static final RawGroups CLASSES =
      RawGroups.of(
          List.of(
              new RawGroup(List.of("x", "y"), Content.NUMBER, 2, true),
              new RawGroup(List.of("c"), Content.LABEL, 0, true),
              new RawGroup(List.of("label"), Content.LABEL, 0)),
          Optional.empty());
  private static final RawGroups NUMBERS =
      RawGroups.of(
          List.of(
              new RawGroup(List.of("x", "y"), Content.NUMBER, 2, true),
              new RawGroup(List.of("c"), Content.LABEL, 0, true),
              new RawGroup(List.of("label"), Content.NUMBER, 1)),
          Optional.empty());

  private record Values(double x, double y, String c, String label) {}

  @Test
  void profile_numbers_asPlainLoopsFindThem() {
    List<Values> rows = rows(4000, i -> new Values(i % 97, -1e6 + i, "c" + i % 3, "l" + i % 2));
    ColumnProfile y = profile(CLASSES, rows).column("y").orElseThrow();
    NumberProfile numbers = y.numbers().orElseThrow();
    assertEquals(4000, numbers.count());
    assertEquals(-1e6, numbers.min());
    assertEquals(-1e6 + 3999, numbers.max());
    double mean = rows.stream().mapToDouble(Values::y).average().orElseThrow();
    assertEquals(mean, numbers.mean(), 1e-6);
    assertEquals(
        Math.sqrt((4000.0 * 4000.0 - 1) / 12), numbers.standardDeviation(), 1e-6, "of 0 to 3999");
    assertEquals(4000, numbers.counts().stream().mapToLong(Long::longValue).sum());
    assertEquals(0, numbers.counts().get(0), "nothing lies below the least");
    NumberProfile x = profile(CLASSES, rows).column("x").orElseThrow().numbers().orElseThrow();
    assertEquals(48, x.median());
  }

  @Test
  void profile_anyOrderAndGrouping_equal() throws IOException {
    Random random = new Random(3);
    List<Values> rows =
        rows(
            3000,
            i ->
                new Values(
                    random.nextInt(50) == 0 ? Double.NaN : random.nextGaussian(),
                    random.nextInt(300),
                    "c" + random.nextInt(1500),
                    "l" + random.nextInt(3)));
    TableProfile whole = profile(CLASSES, rows);
    List<Values> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    TableTally merged = TableTally.of(CLASSES, 2);
    for (int from = 0; from < rows.size(); from += 700) {
      TableTally part = merged.empty();
      for (Values row : shuffled.subList(from, Math.min(rows.size(), from + 700))) {
        add(part, CLASSES, row);
      }
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      part.write(new DataOutputStream(message));
      merged.merge(new DataInputStream(new ByteArrayInputStream(message.toByteArray())));
    }
    merged.merge(new DataInputStream(new ByteArrayInputStream(bytes(merged.empty()))));
    assertEquals(whole, merged.profile());
    assertTrue(whole.column("c").orElseThrow().categories().orElseThrow().many());
    assertEquals(whole, SpecReader.readJson(SpecWriter.toJson(whole), TableProfile.class));
  }

  @Test
  void profile_equalColumns_named() {
    TableProfile twins =
        profile(CLASSES, rows(100, i -> new Values(i / 8.0, i / 8.0, "" + i, "l" + i % 2)));
    assertEquals(Optional.of("x"), twins.column("y").orElseThrow().sameAs());
    assertEquals(Optional.empty(), twins.column("c").orElseThrow().sameAs());
    TableProfile leak =
        profile(CLASSES, rows(100, i -> new Values(i % 4, i, i % 4 + ".0", "" + i % 4)));
    assertTrue(leak.column("x").orElseThrow().equalsLabel(), "the number that the label spells");
    assertFalse(leak.column("y").orElseThrow().equalsLabel());
  }

  @Test
  void profile_columnThatDeterminesTheClass_tellsItAndIdentifiersDoNot() {
    TableProfile profile =
        profile(
            CLASSES,
            rows(
                2000,
                i ->
                    new Values(
                        i % 100, i * 7919 % 2000, "id" + i % 900, i % 100 < 40 ? "a" : "b")));
    // Every value but those of the one bin with both classes.
    assertTrue(profile.column("x").orElseThrow().tellsLabel().orElseThrow() > 0.97);
    assertEquals(0.6, profile.column("y").orElseThrow().tellsLabel().orElseThrow(), 0.15);
    TableProfile unique = profile(CLASSES, rows(500, i -> new Values(0, 0, "id" + i, "l" + i % 2)));
    assertEquals(0.0, unique.column("c").orElseThrow().tellsLabel().orElseThrow());
    TableProfile absent =
        profile(
            CLASSES,
            rows(500, i -> new Values(i % 2 == 0 ? Double.NaN : i * 37 % 11, 1, "c", "l" + i % 2)));
    assertEquals(1.0, absent.column("x").orElseThrow().tellsLabel().orElseThrow());
    assertTrue(absent.column("y").orElseThrow().constant());
    assertTrue(absent.column("c").orElseThrow().constant());
    assertEquals(250, absent.column("x").orElseThrow().missing());
  }

  @Test
  void profile_numberThatGoesWithTheLabel_correlation() {
    TableProfile profile =
        profile(NUMBERS, rows(800, i -> new Values(3 - i / 4.0, i * 7919 % 800, "c", "" + i)));
    assertEquals(-1, profile.column("x").orElseThrow().labelCorrelation().orElseThrow(), 1e-12);
    double sum = 0;
    for (int i = 0; i < 800; i++) {
      sum += (i - 399.5) * (i * 7919 % 800 - 399.5);
    }
    assertEquals(
        sum / (800 * (800.0 * 800 - 1) / 12),
        profile.column("y").orElseThrow().labelCorrelation().orElseThrow(),
        1e-12);
  }

  @Test
  void profile_farValues_areOutliers() {
    TableProfile profile =
        profile(CLASSES, rows(1000, i -> new Values(i < 5 ? 1e9 : i % 10, 1, "c", "l" + i % 2)));
    assertEquals(5, profile.column("x").orElseThrow().numbers().orElseThrow().outliers());
  }

  @Test
  void drift_sameDistribution_notNotable() {
    Random random = new Random(5);
    Function<Integer, Values> draw =
        i ->
            new Values(
                random.nextGaussian(), random.nextInt(20), "c" + random.nextInt(7), "l" + i % 2);
    TableProfile before = profile(CLASSES, rows(2000, draw));
    for (int rows : new int[] {30, 300, 3000}) {
      for (Drift drift : tally(CLASSES, rows(rows, draw)).driftFrom(before)) {
        assertFalse(drift.notable(), "seed 5: " + drift);
      }
    }
  }

  @Test
  void drift_shiftedColumns_notableWithHandComputedIndex() {
    TableProfile before =
        profile(CLASSES, rows(1000, i -> new Values(i % 2, 0, i % 4 == 0 ? "a" : "b", "l")));
    List<Drift> drift =
        tally(CLASSES, rows(1000, i -> new Values(i % 5 == 0 ? 1 : 0, 7, "z", "l")))
            .driftFrom(before);
    // x: bins below 0, 0, 1, above with 0, 500, 500, 0 then 0, 800, 200, 0; half a row each more.
    double n = 1002;
    double expected =
        (800.5 - 500.5) / n * Math.log(800.5 / 500.5)
            + (200.5 - 500.5) / n * Math.log(200.5 / 500.5);
    assertEquals("x", drift.get(0).column());
    assertEquals(expected, drift.get(0).psi(), 1e-12);
    assertEquals(0.3, drift.get(0).ks().orElseThrow(), 1e-12);
    assertTrue(drift.get(0).notable());
    assertTrue(drift.get(1).psi() > 5, "a constant that is another one now");
    assertEquals(1000, drift.get(2).unseen());
    assertEquals(
        List.of("x", "y", "c"), drift.stream().filter(Drift::notable).map(Drift::column).toList());
  }

  @Test
  void drift_missingAllAtOnce_isNotable() {
    TableProfile before = profile(CLASSES, rows(500, i -> new Values(i, i, "c", "l")));
    Drift drift =
        tally(CLASSES, rows(500, i -> new Values(Double.NaN, i, "c", "l")))
            .driftFrom(before)
            .get(0);
    assertTrue(drift.notable());
    assertTrue(drift.text().contains("no number, 100.0% missing here"), drift.text());
  }

  private static List<Values> rows(int count, Function<Integer, Values> row) {
    List<Values> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row.apply(i));
    }
    return rows;
  }

  private static TableProfile profile(RawGroups groups, List<Values> rows) {
    return tally(groups, rows).profile();
  }

  private static TableTally tally(RawGroups groups, List<Values> rows) {
    TableTally tally = TableTally.of(groups, 2);
    rows.forEach(row -> add(tally, groups, row));
    return tally;
  }

  private static void add(TableTally tally, RawGroups groups, Values values) {
    RawRow row = new RawRow(groups.size());
    row.group(0).clear(true);
    row.group(0).add("x", values.x());
    row.group(0).add("y", values.y());
    row.group(1).clear(true);
    row.group(1).set("c", values.c());
    RawValues label = row.group(2);
    label.clear();
    if (groups.groups().get(2).content() == Content.LABEL) {
      label.set("label", values.label());
    } else {
      label.add("label", Double.parseDouble(values.label()));
    }
    tally.add(row, Arrays.hashCode(row.toBytes(0)) * 0x9E3779B97F4A7C15L);
  }

  private static byte[] bytes(TableTally tally) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    tally.write(new DataOutputStream(message));
    return message.toByteArray();
  }
}
