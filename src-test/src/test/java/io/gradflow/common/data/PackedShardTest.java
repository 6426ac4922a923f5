package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.PackedColumn.Storage;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedShardTest {
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              new Field("numbers", Shape.of(3), Field.Kind.NUMBER, List.of()),
              new Field("image", Shape.of(13), Field.Kind.NUMBER, List.of())),
          List.of(new Field("label", Shape.of(), Field.Kind.CLASS, List.of("a", "b", "c"))));
  private static final PackedLayout LAYOUT =
      new PackedLayout(
          List.of(
              PackedColumn.of("numbers", 3, Storage.FLOAT32),
              new PackedColumn("image", 13, Storage.UINT8, 1.5, 0.1)),
          List.of(PackedColumn.of("label", 1, Storage.INT32)),
          true);

  @TempDir Path directory;

  /** 7 rows of 40 bytes in maps of 80 bytes: two rows a map. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 30, 80})
  void read_anyOrder_givesWhatWasWritten(int maxMapBytes) throws IOException {
    float[][][] rows = write(7);
    MiniBatch batch = new MiniBatch(SCHEMA, 8);
    try (PackedShard shard = PackedShard.open(file(), maxMapBytes)) {
      assertEquals(7, shard.rows());
      assertEquals(LAYOUT, shard.layout());
      int[] order = {6, 0, 3, 3, 5};
      shard.read(order, 5, batch);
      assertEquals(5, batch.rows());
      for (int i = 0; i < 5; i++) {
        assertRow(rows[order[i]], batch, i);
      }
      shard.read(2, 4, batch);
      assertEquals(4, batch.rows());
      for (int i = 0; i < 4; i++) {
        assertRow(rows[2 + i], batch, i);
      }
    }
  }

  @Test
  void read_noRows_emptyBatch() throws IOException {
    write(0);
    MiniBatch batch = new MiniBatch(SCHEMA, 2);
    try (PackedShard shard = PackedShard.open(file())) {
      assertEquals(0, shard.rows());
      shard.read(new int[0], 0, batch);
      assertEquals(0, batch.rows());
      assertThrows(IndexOutOfBoundsException.class, () -> shard.read(0, 1, batch));
      assertThrows(IndexOutOfBoundsException.class, () -> shard.read(new int[] {0}, 1, batch));
    }
  }

  @Test
  void read_unweighted_weightsAreOne() throws IOException {
    PackedLayout layout =
        new PackedLayout(List.of(PackedColumn.of("x", 1, Storage.UINT8)), List.of(), false);
    try (PackedShardWriter writer = new PackedShardWriter(file(), layout)) {
      writer.append(new float[][] {{255}}, 9f);
      writer.finish();
    }
    MiniBatch batch =
        new MiniBatch(
            new ExampleSchema(
                List.of(new Field("x", Shape.of(1), Field.Kind.NUMBER, List.of())), List.of()),
            1);
    batch.weights()[0] = 5;
    try (PackedShard shard = PackedShard.open(file())) {
      shard.read(0, 1, batch);
    }
    assertEquals(255f, batch.input(0)[0]);
    assertEquals(1f, batch.weights()[0]);
  }

  @Test
  void read_float16_nearestValuesInTwoBytes() throws IOException {
    PackedLayout layout =
        new PackedLayout(
            List.of(
                PackedColumn.of("x", 3, Storage.FLOAT16), PackedColumn.of("y", 1, Storage.FLOAT32)),
            List.of(),
            false);
    assertEquals(12, layout.stride()); // 4 and 3 times 2, up to a multiple of 4
    try (PackedShardWriter writer = new PackedShardWriter(file(), layout)) {
      writer.append(new float[][] {{0.1f, -2049, 65504}, {0.1f}}, 1f);
      writer.finish();
    }
    Field.Kind number = Field.Kind.NUMBER;
    MiniBatch batch =
        new MiniBatch(
            new ExampleSchema(
                List.of(
                    new Field("x", Shape.of(3), number, List.of()),
                    new Field("y", Shape.of(1), number, List.of())),
                List.of()),
            1);
    try (PackedShard shard = PackedShard.open(file())) {
      assertEquals(layout, shard.layout());
      shard.read(0, 1, batch);
    }
    // 1638 / 2^14; 2048 and 2050 are neighbours, and 2048 has an even fraction.
    assertArrayEquals(new float[] {0.099975586f, -2048, 65504}, batch.input(0));
    assertArrayEquals(new float[] {0.1f}, batch.input(1));
  }

  @Test
  void read_manyTimes_allocatesNothing() throws IOException {
    write(64);
    MiniBatch batch = new MiniBatch(SCHEMA, 64);
    int[] order = new Random(1).ints(64, 0, 64).toArray();
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (PackedShard shard = PackedShard.open(file())) {
      for (int i = 0; i < 100; i++) {
        shard.read(order, 64, batch);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        shard.read(order, 64, batch);
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(bytes < 1000, bytes + " bytes in 1000 reads");
    }
  }

  @Test
  void read_afterClose_fails() throws IOException {
    write(2);
    PackedShard shard = PackedShard.open(file());
    shard.close();
    MiniBatch batch = new MiniBatch(SCHEMA, 2);
    assertThrows(IllegalStateException.class, () -> shard.read(0, 1, batch));
  }

  @Test
  void write_notFinished_leavesNothing() throws IOException {
    try (PackedShardWriter writer = new PackedShardWriter(file(), LAYOUT)) {
      writer.append(row(new Random(1)), 1f);
    }
    try (var files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
  }

  @ParameterizedTest
  @CsvSource({"256", "-1", "1.5"})
  void write_valueDoesNotFitByte_saysWhichColumn(float value) throws IOException {
    float[][] row = row(new Random(1));
    row[1][4] = value;
    try (PackedShardWriter writer = new PackedShardWriter(file(), LAYOUT)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> writer.append(row, 1f));
      assertTrue(e.getMessage().startsWith("column image holds whole numbers"), e.getMessage());
    }
  }

  /** Each line: where a byte is flipped, what the message says. */
  @ParameterizedTest
  @CsvSource({
    "0, does not start with GFSHARD",
    "9, 'format version 260, this build reads 1 to 4'",
    "8, 'format version 5, this build reads 1 to 4'",
    "12, header checksum",
    "15, header of",
    "16, header checksum",
    "28, header checksum",
    "60, header checksum",
    "-1, checksum of the rows",
    "-100, checksum of the rows"
  })
  void open_byteFlipped_namesTheFault(int at, String expected) throws IOException {
    write(7);
    byte[] bytes = Files.readAllBytes(file());
    bytes[at < 0 ? bytes.length + at : at] ^= at == 15 ? (byte) 0x80 : (byte) 1;
    Files.write(file(), bytes);
    assertOpenFails(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, does not start with GFSHARD",
    "15, does not start with GFSHARD",
    "100, header of",
    "-1, has 471 bytes; expected 472"
  })
  void open_truncated_namesTheFault(int length, String expected) throws IOException {
    write(7);
    byte[] bytes = Files.readAllBytes(file());
    Files.write(
        file(), java.util.Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
    assertOpenFails(expected);
  }

  /** Headers that are damaged but carry a right checksum. */
  @ParameterizedTest
  @CsvSource({
    "24, 36, 'says 36 bytes a row; its columns take 40'",
    "32, 100, header of packed shard",
    "32, 0, needs at least one input column",
    "52, -5, column name of -5 bytes",
    "52, 100000, column name of 100000 bytes",
    "63, 0, has width 0",
    "67, 9, storage type 9",
    "71, 4, padding code 4",
    "44, 8, says that 8 of them are of ragged columns",
    "20, 1, expected"
  })
  void open_headerLies_namesTheFault(int at, int value, String expected) throws IOException {
    write(7);
    byte[] bytes = Files.readAllBytes(file());
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(at, value);
    int end = header.getInt(12) - Integer.BYTES;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, end);
    header.putInt(end, (int) crc.getValue());
    Files.write(file(), bytes);
    assertOpenFails(expected);
  }

  /** Written by version 1; never regenerated. */
  @Test
  void open_goldenVersion1_reads() throws IOException {
    String golden =
        "474653484152440001000000c00000000200000000000000240000008829aa110200000001000000"
            + "01000000070000006e756d6265727303000000010000000000000000000000000000000000f03f05"
            + "000000696d6167650d00000003000000000000000000f83f9a9999999999b93f050000006c616265"
            + "6c01000000020000000000000000000000000000000000f03f000000000000000000000000000000"
            + "0000000000000000000000000000000000000000000000000000000099b7d243f8c2ec3e59033b3f"
            + "2cd7343ed0c0b43d000000009c7df176d3726db2c04758c2d6000000562d2a3f40a06b3f87453b3f"
            + "8dd4623f01000000513853e206705164a8feaae133000000";
    float[][][] rows = write(2);
    assertReads(golden, rows);
  }

  /** Written by version 3; never regenerated. */
  @Test
  void open_goldenVersion3_reads() throws IOException {
    assertReads(
        "474653484152440003000000c00000000200000000000000280000000d4563f30200000001000000"
            + "01000000070000006e756d6265727303000000010000000100000000000000000000000000000000"
            + "00f03f05000000696d6167650d0000000300000001000000000000000000f83f9a9999999999b93f"
            + "050000006c6162656c0100000002000000010000000000000000000000000000000000f03f000000"
            + "000000000000000000000000000000000000000000000000000000000c278417f8c2ec3e59033b3f"
            + "2cd7343ed0c0b43d000000009c7df176d3726db2c04758c2d6000000a13bc8a3562d2a3f40a06b3f"
            + "87453b3f8dd4623f01000000513853e206705164a8feaae1330000009779da23",
        write(2));
  }

  /** Made from version 3's by a program that shares nothing with the writer; never regenerated. */
  @Test
  void write_goldenVersion4_sameBytes() throws IOException {
    String golden =
        "474653484152440004000000c00000000200000000000000280000000d4563f30200000001000000"
            + "010000000000000000000000070000006e756d626572730300000001000000000000000100000000"
            + "00000000000000000000000000f03f05000000696d6167650d000000030000000000000001000000"
            + "000000000000f83f9a9999999999b93f050000006c6162656c010000000200000000000000010000"
            + "000000000000000000000000000000f03f0000000000000000000000dc1aa405f8c2ec3e59033b3f"
            + "2cd7343ed0c0b43d000000009c7df176d3726db2c04758c2d6000000a13bc8a3562d2a3f40a06b3f"
            + "87453b3f8dd4623f01000000513853e206705164a8feaae1330000009779da23";
    float[][][] rows = write(2);
    assertEquals(golden, HexFormat.of().formatHex(Files.readAllBytes(file())));
    assertReads(golden, rows);
  }

  private void assertReads(String golden, float[][][] rows) throws IOException {
    Files.write(file(), HexFormat.of().parseHex(golden));
    MiniBatch batch = new MiniBatch(SCHEMA, 2);
    try (PackedShard shard = PackedShard.open(file())) {
      shard.read(0, 2, batch);
    }
    assertRow(rows[1], batch, 1);
  }

  /** A map shows what happens to the file: each byte of a row, its checksum included. */
  @Test
  void read_rowChangedSinceOpening_namesFileAndRow() throws IOException {
    write(7);
    int start = Files.readAllBytes(file()).length - 40 * (7 - 3);
    MiniBatch batch = new MiniBatch(SCHEMA, 7);
    for (int at = 0; at < 40; at++) {
      AtomicInteger damages = new AtomicInteger();
      try (PackedShard shard = PackedShard.open(file(), damages::incrementAndGet);
          RandomAccessFile changed = new RandomAccessFile(file().toFile(), "rw")) {
        flip(changed, start + at, 1 << at % 8);
        GradflowException error =
            assertThrows(GradflowException.class, () -> shard.read(0, 7, batch), "byte " + at);
        assertEquals(ExitCode.IO, error.code());
        assertTrue(
            error.getMessage().contains("rows.gfshard: row 3 is not what was written"),
            error.getMessage());
        assertEquals(1, damages.get());
        shard.read(0, 3, batch);
        flip(changed, start + at, 1 << at % 8);
        shard.read(0, 7, batch);
      }
    }
  }

  private static void flip(RandomAccessFile file, long at, int bits) throws IOException {
    file.seek(at);
    int value = file.read();
    file.seek(at);
    file.write(value ^ bits);
  }

  private void assertOpenFails(String expected) {
    IOException e = assertThrows(IOException.class, () -> PackedShard.open(file()));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().contains("rows.gfshard"), e.getMessage());
    assertFalse(e.getMessage().contains("null"), e.getMessage());
  }

  private Path file() {
    return directory.resolve("rows.gfshard");
  }

  /** Rows of seed 5, each with its index as weight. */
  private float[][][] write(int count) throws IOException {
    Random random = new Random(5);
    float[][][] rows = new float[count][][];
    try (PackedShardWriter writer = new PackedShardWriter(file(), LAYOUT)) {
      for (int i = 0; i < count; i++) {
        rows[i] = row(random);
        writer.append(rows[i], rows[i][3][0]);
      }
      writer.finish();
    }
    return rows;
  }

  private static float[][] row(Random random) {
    float[] numbers = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
    float[] image = new float[13];
    for (int j = 0; j < image.length; j++) {
      image[j] = random.nextInt(256);
    }
    return new float[][] {
      numbers, image, {random.nextInt(3)}, {random.nextFloat()},
    };
  }

  private static void assertRow(float[][] row, MiniBatch batch, int at) {
    for (int j = 0; j < 3; j++) {
      assertEquals(row[0][j], batch.input(0)[at * 3 + j]);
    }
    float[] image = new float[13];
    for (int j = 0; j < 13; j++) {
      image[j] = (float) ((row[1][j] - 1.5) * 0.1);
    }
    assertArrayEquals(image, java.util.Arrays.copyOfRange(batch.input(1), at * 13, at * 13 + 13));
    assertEquals(row[2][0], batch.target(0)[at]);
    assertEquals(row[3][0], batch.weights()[at]);
  }
}
