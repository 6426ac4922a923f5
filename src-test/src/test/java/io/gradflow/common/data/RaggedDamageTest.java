package io.gradflow.common.data;

import static io.gradflow.common.data.RaggedRows.RECORD_BYTES;
import static io.gradflow.common.data.RaggedRows.SMALL;
import static io.gradflow.common.data.RaggedRows.SMALL_ROWS;
import static io.gradflow.common.data.RaggedRows.batch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shards of ragged columns that have changed since they were written, or never were right. */
class RaggedDamageTest {
  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    RaggedRows.write(file(), SMALL, SMALL_ROWS);
  }

  /** A map shows what happens to the file: each byte of a row's record and of its block. */
  @Test
  void read_rowChangedSinceOpening_namesRow() throws IOException {
    int size = (int) Files.size(file());
    int record = size - 24 - RECORD_BYTES;
    int block = size - 16;
    MiniBatch batch = batch(SMALL, 3);
    for (int i = 0; i < RECORD_BYTES + 16; i++) {
      int at = i < RECORD_BYTES ? record + i : block + i - RECORD_BYTES;
      for (int bits : new int[] {1, 0x80}) {
        try (PackedShard shard = PackedShard.open(file());
            RandomAccessFile changed = new RandomAccessFile(file().toFile(), "rw")) {
          flip(changed, at, bits);
          assertRowRefused(shard, 2, batch);
          shard.read(0, 2, batch);
          flip(changed, at, bits);
          shard.read(0, 3, batch);
        }
      }
    }
  }

  /**
   * Places and counts that lie in a file whose checksums are right: nothing outside the ragged
   * part, and no more than a column's width, is read.
   */
  @ParameterizedTest
  @CsvSource({
    "4, 8, -4",
    "4, 8, 9223372036854775807",
    "4, 8, -9223372036854775808",
    "4, 8, 9", // its 14 bytes and 2 zeros would end behind the last byte
    "12, 4, 6",
    "12, 4, -1",
    "12, 4, 2147483647",
    "16, 4, 5",
    "16, 4, -2147483648"
  })
  void read_placeOrCountLies_refused(int at, int bytes, long value) throws IOException {
    int record = (int) Files.size(file()) - 24 - RECORD_BYTES;
    lie(record + at, bytes, value);
    MiniBatch batch = batch(SMALL, 3);
    try (PackedShard shard = PackedShard.open(file())) {
      assertRowRefused(shard, 2, batch);
    }
  }

  @Test
  void open_raggedPartCutOrDamaged_namesTheFault() throws IOException {
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length - 3] ^= 1;
    Files.write(file(), bytes);
    assertOpenFails("checksum of the rows");
    Files.write(file(), Arrays.copyOf(bytes, bytes.length - 3));
    assertOpenFails("has 297 bytes; expected 300");
  }

  /** Headers that lie but carry a right checksum. */
  @ParameterizedTest
  @CsvSource({
    "44, 8, -1, of ragged columns",
    "44, 8, 301, of ragged columns",
    "44, 8, 20, has 300 bytes; expected 296",
    "48, 4, 1, of ragged columns",
    "70, 4, 3, padding code 3",
    "66, 4, 1, leave their padding out"
  })
  void open_headerLies_namesTheFault(int at, int bytes, long value, String expected)
      throws IOException {
    lie(at, bytes, value);
    assertOpenFails(expected);
  }

  private void assertRowRefused(PackedShard shard, int row, MiniBatch batch) {
    GradflowException error = assertThrows(GradflowException.class, () -> shard.read(0, 3, batch));
    assertEquals(ExitCode.IO, error.code());
    assertTrue(
        error.getMessage().contains("rows.gfshard: row " + row + " is not what was written"),
        error.getMessage());
  }

  private void assertOpenFails(String expected) {
    IOException e = assertThrows(IOException.class, () -> PackedShard.open(file()));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  /** Another value of 4 or 8 bytes in the file, and the checksums that it then should have. */
  private void lie(int at, int bytes, long value) throws IOException {
    byte[] file = Files.readAllBytes(file());
    ByteBuffer numbers = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes == 4) {
      numbers.putInt(at, (int) value);
    } else {
      numbers.putLong(at, value);
    }
    int header = numbers.getInt(12);
    numbers.putInt(28, crc(file, header, file.length));
    numbers.putInt(header - 4, crc(file, 0, header - 4));
    Files.write(file(), file);
  }

  private static void flip(RandomAccessFile file, long at, int bits) throws IOException {
    file.seek(at);
    int value = file.read();
    file.seek(at);
    file.write(value ^ bits);
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  private Path file() {
    return directory.resolve("rows.gfshard");
  }
}
