package io.gradflow.common.data;

import static io.gradflow.common.data.RaggedRows.SMALL;
import static io.gradflow.common.data.RaggedRows.SMALL_ROWS;
import static io.gradflow.common.data.RaggedRows.batch;
import static io.gradflow.common.data.RaggedRows.ragged;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.PackedColumn.Storage;
import io.gradflow.common.data.TextTokens.Side;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed columns that leave out their padding. */
class RaggedShardTest {
  @TempDir private Path directory;

  /** Made by a program that shares nothing with the writer; never regenerated. */
  @Test
  void write_goldenVersion4_sameBytes() throws IOException {
    String golden =
        "474653484152440004000000c000000003000000000000001c000000a2f282180200000001000000"
            + "01000000180000000000000006000000746f6b656e73050000000400000001000000010000000000"
            + "000000000000000000000000f03f0400000074657874040000000300000002000000010000000000"
            + "000000000000000000000000f03f050000006c6162656c0100000003000000000000000100000000"
            + "00000000000000000000000000f03f00000000000000000000000000f439cb290000003f00000000"
            + "00000000030000000200000001000000afdd18670000004008000000000000000000000000000000"
            + "020000007ec0f8b40000803f0800000000000000050000000400000000000000d75c6a2607000000"
            + "2c01090801000200030004000500030201ff0000";
    write(SMALL, SMALL_ROWS);
    assertEquals(golden, HexFormat.of().formatHex(Files.readAllBytes(file())));
    MiniBatch batch = batch(SMALL, 3);
    try (PackedShard shard = PackedShard.open(file())) {
      assertEquals(SMALL, shard.layout());
      shard.read(0, 3, batch);
    }
    for (int row = 0; row < 3; row++) {
      assertRow(SMALL_ROWS[row], SMALL, batch, row);
    }
  }

  /** In one map, and in pieces far smaller than what rows take. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 30, 200, 7})
  void read_anyRows_sameBitsAsPadded(int maxMapBytes) throws IOException {
    PackedLayout ragged =
        new PackedLayout(
            List.of(
                ragged("a", 99, Storage.UINT8, Side.END),
                PackedColumn.of("numbers", 3, Storage.FLOAT32),
                ragged("b", 33, Storage.INT32, Side.START),
                PackedColumn.of("halves", 3, Storage.FLOAT16)),
            List.of(
                ragged("c", 57, Storage.UINT16, Side.END),
                new PackedColumn("bytes", 9, Storage.UINT8, 1.5, 0.1)),
            true);
    PackedLayout padded =
        new PackedLayout(
            ragged.inputs().stream().map(PackedColumn::padded).toList(),
            ragged.targets().stream().map(PackedColumn::padded).toList(),
            true);
    Random random = new Random(11);
    float[][][] rows = new float[60][][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          new float[][] {
            sequence(random, 99, 256, Side.END),
            {random.nextFloat(), 0, -0f},
            sequence(random, 33, 1 << 24, Side.START),
            {0.5f, -2, 0},
            sequence(random, 57, 1 << 16, Side.END),
            {0, 1, 2, 255, 0, 0, 0, 0, 0},
            {random.nextFloat()}
          };
    }
    Path whole = directory.resolve("padded.gfshard");
    RaggedRows.write(whole, padded, rows);
    write(ragged, rows);
    MiniBatch expected = batch(padded, 70);
    MiniBatch found = batch(ragged, 70);
    try (PackedShard a = PackedShard.open(whole);
        PackedShard b = PackedShard.open(file(), maxMapBytes)) {
      a.read(0, 60, expected);
      b.read(0, 60, found);
      assertSame(expected, found, padded);
      // What longer rows have left in the batch is overwritten.
      for (int step = 0; step < 20; step++) {
        int[] some = random.ints(70, 0, 60).toArray();
        a.read(some, 70, expected);
        b.read(some, 70, found);
        assertSame(expected, found, padded);
      }
    }
  }

  /** What text features give, by the packer that executors run. */
  @ParameterizedTest
  @CsvSource({"END", "START"})
  void pack_texts_sameBitsAsPadded(Side side) throws IOException {
    List<String> vocabulary = List.of("", TextTokens.UNKNOWN, "the", "cat", "sat");
    TextTokens tokens =
        new TextTokens("text", TextLevel.WORD, false, vocabulary, 80, side, Side.END);
    List<FieldEncoder> targets =
        side == Side.START
            ? List.of()
            : List.of(
                new FieldEncoder("next", Shape.of(80), List.of(new NextTokens(tokens))),
                new FieldEncoder(
                    "labels",
                    Shape.of(70),
                    List.of(
                        new LabelSequence("said", TextLevel.CHARACTER, vocabularyOf("ab"), 70))));
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(new FieldEncoder("features", Shape.of(80), List.of(tokens))),
            targets,
            Optional.empty());
    List<PackedColumn> columns =
        preprocessing.fields().stream().map(field -> field.packed(false)).toList();
    assertTrue(columns.stream().allMatch(column -> column.padding().equals(Optional.of(side))));
    PackedLayout ragged =
        new PackedLayout(columns.subList(0, 1), columns.subList(1, columns.size()), false);
    PackedLayout padded =
        new PackedLayout(
            ragged.inputs().stream().map(PackedColumn::padded).toList(),
            ragged.targets().stream().map(PackedColumn::padded).toList(),
            false);
    List<byte[]> rows = new ArrayList<>();
    RowEncoder encoder = preprocessing.encoder();
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      StringBuilder text = new StringBuilder();
      for (int words = 1 + random.nextInt(90); words > 0; words--) {
        text.append(List.of("the", "cat", "sat", "zebra").get(random.nextInt(4))).append(' ');
      }
      Map<String, String> values =
          Map.of("text", text.toString(), "said", "ab".repeat(1 + random.nextInt(35)));
      assertEquals(null, encoder.read(values));
      rows.add(encoder.row().toBytes(0));
    }
    Path whole = directory.resolve("padded.gfshard");
    new RowPacker(preprocessing, padded).pack(rows.iterator(), 0, whole);
    // As executors get it.
    RowPacker.of(new RowPacker(preprocessing, ragged).toBytes()).pack(rows.iterator(), 0, file());
    assertTrue(Files.size(file()) < Files.size(whole), Files.size(file()) + " bytes");
    MiniBatch expected = batch(padded, 50);
    MiniBatch found = batch(padded, 50);
    try (PackedShard a = PackedShard.open(whole);
        PackedShard b = PackedShard.open(file())) {
      a.read(0, 50, expected);
      b.read(0, 50, found);
    }
    assertSame(expected, found, padded);
  }

  @Test
  void packed_shortOrScaledOrNumbers_padded() {
    assertFalse(PackedColumn.indices("tokens", 63, 200).without(Side.END).ragged());
    assertTrue(PackedColumn.indices("tokens", 64, 200).without(Side.END).ragged());
    assertTrue(PackedColumn.indices("tokens", 32, 300).without(Side.END).ragged());
    for (Storage storage : List.of(Storage.FLOAT32, Storage.FLOAT16)) {
      assertThrows(IllegalArgumentException.class, () -> ragged("x", 99, storage, Side.END));
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new PackedColumn(
                "x", 99, Storage.UINT8, List.of(0.0), List.of(0.5), Optional.of(Side.END)));
  }

  /** 20,000 rows of up to 200 bytes allocate a few buffers, whatever the number of rows. */
  @Test
  void write_manyRows_allocatesNothingPerRow() throws IOException {
    PackedLayout layout =
        new PackedLayout(List.of(ragged("t", 100, Storage.UINT16, Side.END)), List.of(), false);
    float[][][] rows = new float[20][][];
    Random random = new Random(2);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[][] {sequence(random, 100, 999, Side.END)};
    }
    try (PackedShardWriter writer = new PackedShardWriter(file(), layout)) {
      for (int i = 0; i < 40_000; i++) {
        writer.append(rows[i % 20], 1);
      }
      long before = allocated();
      for (int i = 0; i < 40_000; i++) {
        writer.append(rows[i % 20], 1);
      }
      long bytes = allocated() - before;
      assertTrue(bytes < 40_000, bytes + " bytes for 40,000 rows");
      writer.finish();
    }
    try (PackedShard shard = PackedShard.open(file())) {
      assertEquals(80_000, shard.rows());
    }
  }

  @Test
  void read_manyTimes_allocatesNothing() throws IOException {
    write(SMALL, SMALL_ROWS);
    MiniBatch batch = batch(SMALL, 3);
    try (PackedShard shard = PackedShard.open(file())) {
      for (int i = 0; i < 20_000; i++) {
        shard.read(0, 3, batch);
      }
      long before = allocated();
      for (int i = 0; i < 1000; i++) {
        shard.read(0, 3, batch);
      }
      long bytes = allocated() - before;
      assertTrue(bytes < 1000, bytes + " bytes in 1000 reads");
    }
  }

  @Test
  void write_finishedOrNot_leavesNothingElse() throws IOException {
    try (PackedShardWriter writer = new PackedShardWriter(file(), SMALL)) {
      writer.append(SMALL_ROWS[0], 1);
    }
    try (var files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
    write(SMALL, SMALL_ROWS);
    try (var files = Files.list(directory)) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  @Test
  void write_valueDoesNotFit_saysWhichColumn() throws IOException {
    try (PackedShardWriter writer = new PackedShardWriter(file(), SMALL)) {
      float[][] row = {{1, 2, 3, 4, 65536}, {0, 0, 0, 0}, {0}};
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> writer.append(row, 1));
      assertTrue(e.getMessage().startsWith("column tokens holds whole numbers"), e.getMessage());
    }
  }

  private static List<String> vocabularyOf(String labels) {
    List<String> all = new ArrayList<>(TextTokens.reserved(false));
    labels.chars().forEach(label -> all.add(Character.toString(label)));
    return all;
  }

  /** Any length from none to the whole width, zeros in between included. */
  private static float[] sequence(Random random, int width, int count, Side padding) {
    float[] values = new float[width];
    int length = random.nextInt(8) == 0 ? width : random.nextInt(width + 1);
    for (int j = 0; j < length; j++) {
      values[padding == Side.END ? j : width - 1 - j] =
          random.nextInt(10) == 0 ? 0 : random.nextInt(count);
    }
    return values;
  }

  private void write(PackedLayout layout, float[][][] rows) throws IOException {
    RaggedRows.write(file(), layout, rows);
  }

  private static void assertRow(float[][] row, PackedLayout layout, MiniBatch batch, int at) {
    List<PackedColumn> columns = layout.columns().toList();
    for (int c = 0; c < columns.size(); c++) {
      int width = columns.get(c).width();
      int inputs = layout.inputs().size();
      float[] all = c < inputs ? batch.input(c) : batch.target(c - inputs);
      assertArrayEquals(
          row[c], Arrays.copyOfRange(all, at * width, (at + 1) * width), "row " + at + ", " + c);
    }
    assertEquals(row[columns.size()][0], batch.weights()[at]);
  }

  /** All rows, bit by bit. */
  private static void assertSame(MiniBatch expected, MiniBatch found, PackedLayout layout) {
    assertEquals(expected.rows(), found.rows());
    for (int i = 0; i < layout.inputs().size(); i++) {
      assertArrayEquals(bits(expected.input(i)), bits(found.input(i)), "input " + i);
    }
    for (int i = 0; i < layout.targets().size(); i++) {
      assertArrayEquals(bits(expected.target(i)), bits(found.target(i)), "target " + i);
    }
    assertArrayEquals(bits(expected.weights()), bits(found.weights()));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private Path file() {
    return directory.resolve("rows.gfshard");
  }
}
