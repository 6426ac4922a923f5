package io.gradflow.worker.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.parallel.BlockTeam;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFloatsTest {
  private static final float[] A = {1, -0f, Float.MIN_VALUE};
  private static final float[] B = {Float.NaN, Float.NEGATIVE_INFINITY};

  @TempDir private Path directory;

  @Test
  void read_whatAnotherMapWrote_sameBits() throws IOException {
    SharedFloats writer = SharedFloats.create(directory.resolve("a"), 7);
    SharedFloats reader = SharedFloats.open(directory.resolve("a"));
    assertEquals(7, reader.capacity());
    writer.write(12, List.of(A, B), BlockTeam.alone());
    float[] a = new float[3];
    float[] b = new float[2];
    assertTrue(reader.read(12, 0, a, BlockTeam.alone()));
    assertTrue(reader.read(12, 3, b, BlockTeam.alone()));
    assertArrayEquals(A, a);
    assertArrayEquals(B, b);
    writer.write(13, List.of(B), BlockTeam.alone());
    assertTrue(reader.read(13, 0, b, BlockTeam.alone()));
  }

  @Test
  void maxInlineFloats_filesShared_areFewer() {
    assertEquals(131_072, SharedFloats.maxInlineFloats(131_072, false));
    assertEquals(16_384, SharedFloats.maxInlineFloats(131_072, true));
    assertEquals(0, SharedFloats.maxInlineFloats(0, true));
  }

  @Test
  void read_manyBlocksWithHelp_sameBits() throws IOException {
    float[] large = new float[3 * BlockTeam.BLOCK_FLOATS + 5];
    for (int i = 0; i < large.length; i++) {
      large[i] = i + 0.5f;
    }
    SharedFloats writer = SharedFloats.create(directory.resolve("a"), 2 * large.length + 3);
    SharedFloats reader = SharedFloats.open(directory.resolve("a"));
    ExecutorService helpers = Executors.newFixedThreadPool(2);
    try {
      BlockTeam team = new BlockTeam(3, helpers);
      writer.write(1, List.of(large, A, large), team);
      float[] first = new float[large.length];
      float[] a = new float[3];
      float[] last = new float[large.length];
      assertTrue(reader.read(1, 0, first, team));
      assertTrue(reader.read(1, large.length, a, team));
      assertTrue(reader.read(1, large.length + 3, last, team));
      assertArrayEquals(large, first);
      assertArrayEquals(A, a);
      assertArrayEquals(large, last);
    } finally {
      helpers.shutdown();
    }
  }

  @Test
  void addTo_manyBlocksWithHelp_bitsOfAdditionInMemory() throws IOException {
    Random random = new Random(5);
    float[] addend = new float[2 * BlockTeam.BLOCK_FLOATS + 77];
    float[] sum = new float[addend.length];
    float[] expected = new float[addend.length];
    for (int i = 0; i < addend.length; i++) {
      addend[i] = random.nextFloat() - 0.5f;
      sum[i] = random.nextFloat() - 0.5f;
      expected[i] = sum[i] + addend[i];
    }
    SharedFloats writer = SharedFloats.create(directory.resolve("a"), 3 + addend.length);
    SharedFloats reader = SharedFloats.open(directory.resolve("a"));
    writer.write(1, List.of(A, addend), BlockTeam.alone());
    ExecutorService helpers = Executors.newFixedThreadPool(2);
    try {
      BlockTeam team = new BlockTeam(3, helpers);
      assertFalse(reader.addTo(2, 3, sum, team));
      assertTrue(reader.addTo(1, 3, sum, team));
      assertArrayEquals(expected, sum);
    } finally {
      helpers.shutdown();
    }
  }

  @Test
  void await_floatsThatComeLater_waitsForThem() throws Exception {
    SharedFloats writer = SharedFloats.create(directory.resolve("a"), 3);
    SharedFloats reader = SharedFloats.open(directory.resolve("a"));
    assertFalse(reader.await(4, 20));
    Thread late =
        new Thread(
            () -> {
              LockSupport.parkNanos(30_000_000);
              writer.write(4, List.of(A), BlockTeam.alone());
            });
    late.start();
    assertTrue(reader.await(4, 60_000));
    float[] into = new float[3];
    assertTrue(reader.read(4, 0, into, BlockTeam.alone()));
    assertArrayEquals(A, into);
    late.join();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> reader.await(5, 60_000));
    assertTrue(reader.await(4, 0));
  }

  @Test
  void read_anotherNumberOrNothingYet_isRefused() throws IOException {
    SharedFloats writer = SharedFloats.create(directory.resolve("a"), 3);
    SharedFloats reader = SharedFloats.open(directory.resolve("a"));
    float[] into = new float[3];
    assertFalse(reader.read(0, 0, into, BlockTeam.alone()));
    writer.write(1, List.of(A), BlockTeam.alone());
    assertFalse(reader.read(0, 0, into, BlockTeam.alone()));
    assertArrayEquals(new float[3], into);
  }

  @Test
  void create_onlyItsOwnerMayReadIt_andOnlyOnce() throws IOException {
    Path file = directory.resolve("a");
    SharedFloats.create(file, 3);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertThrows(FileAlreadyExistsException.class, () -> SharedFloats.create(file, 3));
  }

  @Test
  void open_notSuchAFile_saysSo() throws IOException {
    assertThrows(NoSuchFileException.class, () -> SharedFloats.open(directory.resolve("no")));
    Path file = Files.write(directory.resolve("short"), new byte[5]);
    assertTrue(
        assertThrows(IOException.class, () -> SharedFloats.open(file))
            .getMessage()
            .contains("has 5 bytes"));
    Path other = Files.write(directory.resolve("other"), new byte[64]);
    assertTrue(
        assertThrows(IOException.class, () -> SharedFloats.open(other))
            .getMessage()
            .contains("does not begin as"));
  }
}
