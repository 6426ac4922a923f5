package io.gradflow.driver.format;

import io.gradflow.common.error.GradflowException;
import io.gradflow.testkit.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that array files claim to have, as long as they may be, and do not have. */
class BoundedArraysTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 11, 12, 13, 14})
  void idx_rowsOfAnyType_refusedAtTheEndOfTheFile(int type) throws IOException {
    byte[] file = new byte[100];
    ByteBuffer.wrap(file).putInt(type << 8 | 2).putInt(Integer.MAX_VALUE).putInt(1 << 28);
    refuse(new IdxFormat(""), "a.idx", file);
  }

  @ParameterizedTest
  @CsvSource({"|u1, 134217728", "<f4, 134217728", "<f8, 134217728", "<i2, 134217728"})
  void numpy_rowsOfAnyType_refusedAtTheEndOfTheFile(String type, int values) throws IOException {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (2147483647, %d), }\n"
            .formatted(type, values);
    ByteBuffer file = ByteBuffer.allocate(header.length() + 50);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) 1).put((byte) 0).put((byte) header.length()).put((byte) 0);
    file.put(header.getBytes(StandardCharsets.US_ASCII));
    refuse(new NumpyFormat(), "a.npy", file.array());
  }

  private void refuse(FileFormat format, String name, byte[] content) throws IOException {
    Path file = Files.write(directory.resolve(name), content);
    FormatFile read =
        new FormatFile(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration(false));
    // The first opening starts Hadoop's file systems.
    read.open().close();
    Refusal.isCheap(
        GradflowException.class,
        "ends in row 1; its header says 2147483647 rows",
        () -> format.rows(read).next());
  }
}
