package io.gradflow.common.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Safetensors.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Golden files and their generator: {@code golden/model/safetensors.py}. */
class SafetensorsTest {
  private static final String GOLDEN = "/golden/model/";

  @Test
  void write_twoTensors_sameBytesAsCheckedByPython() throws IOException {
    float[] flat = {1, -2, 0.5f, 0.25f, 3, -0.125f, 7, 8, 9};
    byte[] written =
        write(
            List.of(
                new Tensor("dense_1/kernel", List.of(2, 3), flat, 0),
                new Tensor("dense_1/bias", List.of(3), flat, 6)),
            Map.of("format", "gradflow 1"));

    assertArrayEquals(golden("written-by-gradflow.safetensors"), written);
  }

  @Test
  void read_filePythonWrote_convertsEveryReadableType() throws IOException {
    try (SafetensorsReader reader = reader(golden("mixed.safetensors"))) {
      assertEquals(Map.of("made by", "struct \u00e9"), reader.metadata());
      // 2^-14, 2^-24 and 0.099975586 are the binary16 neighbours of what the generator was given.
      assertArrayEquals(
          new float[] {
            0f, -0f, 1f, -2.5f, 0.099975586f, 65504f, 0x1p-14f, 0x1p-24f, Float.NEGATIVE_INFINITY
          },
          read(reader, "f16"));
      assertArrayEquals(
          new float[] {1f, -2.5f, Float.intBitsToFloat(0x7f610000), 0f}, read(reader, "bf16"));
      assertArrayEquals(
          new float[] {1.5f, -1.5f, Float.MAX_VALUE, Float.MIN_VALUE, 0.1f, 7f},
          read(reader, "f32"));
      assertArrayEquals(new float[] {0.1f, -0f}, read(reader, "f64"));
      assertArrayEquals(new float[] {-16777216f}, read(reader, "i64"));
      GradflowException refused = assertThrows(GradflowException.class, () -> read(reader, "u8"));
      assertTrue(refused.getMessage().contains("u8 has dtype U8; this build reads F32"));
      reader.finish();
    }
  }

  @Test
  void read_everyBinary16_sameAsByItsDefinition() {
    ByteBuffer data = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      data.putShort(0, (short) bits).rewind();
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double magnitude =
          exponent == 0
              ? Math.scalb((double) fraction, -24)
              : exponent < 31
                  ? Math.scalb(1024.0 + fraction, exponent - 25)
                  : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      float expected = (float) (bits >= 1 << 15 ? -magnitude : magnitude);
      assertEquals(expected, SafetensorsType.F16.next(data, "t"), "bits " + bits);
    }
  }

  @Test
  void read_skippingTensors_findsTheOneAskedFor() throws IOException {
    float[] values = new float[100_000];
    values[99_999] = 42;
    byte[] file =
        write(
            List.of(
                new Tensor("a", List.of(99_998), values, 0),
                new Tensor("b", List.of(), values, 99_998),
                new Tensor("c", List.of(1), values, 99_999)),
            Map.of());
    try (SafetensorsReader reader = reader(file)) {
      assertArrayEquals(new float[] {42}, read(reader, "c"));
      assertThrows(IllegalStateException.class, () -> read(reader, "a"));
    }
  }

  @TestFactory
  Stream<DynamicTest> writeThenRead_randomTensors_sameBitsAndAlignedData() {
    return new Random(20)
        .longs(40)
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> roundTrip(seed)));
  }

  private static void roundTrip(long seed) throws IOException {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (int t = random.nextInt(6); t > 0; t--) {
      List<Integer> dims = random.ints(random.nextInt(4), 1, 40).boxed().toList();
      int size = dims.stream().reduce(1, (a, b) -> a * b);
      int offset = random.nextInt(3);
      float[] values = new float[offset + size + random.nextInt(3)];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt());
      }
      tensors.add(new Tensor(t + " \"\u20ac\\ " + random.nextInt(), dims, values, offset));
    }
    byte[] file = write(tensors, Map.of("seed", "" + seed));
    long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, header % 8);
    try (SafetensorsReader reader = reader(file)) {
      assertEquals(tensors.size(), reader.entries().size());
      for (int t = 0; t < tensors.size(); t++) {
        Tensor tensor = tensors.get(t);
        SafetensorsEntry entry = reader.entries().get(t);
        assertEquals(tensor.name(), entry.name());
        float[] values = new float[tensor.size()];
        reader.read(entry, values, 0);
        for (int i = 0; i < values.length; i++) {
          assertEquals(
              Float.floatToRawIntBits(tensor.values()[tensor.offset() + i]),
              Float.floatToRawIntBits(values[i]));
        }
      }
      reader.finish();
    }
  }

  @TestFactory
  Stream<DynamicTest> read_corruptFile_refusedWithItsFault() {
    String ok = "{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";
    return Stream.of(
        corrupt("seven bytes", new byte[7], "7 bytes long; expected at least 8"),
        corrupt("header of 1", file(1, "{", 0), "header of 1 bytes; expected 2 to 100000000"),
        corrupt("header above the cap", file(100_000_001, "{}", 0), "header of 100000001 bytes"),
        corrupt("negative length", file(-1, "{}", 0), "header of 18446744073709551615 bytes"),
        corrupt("header cut off", file(100, "{}", 0), "ends after 2 of the header's 100 bytes"),
        corrupt("no brace", file("[]", 0), "starts with byte 91; expected '{'"),
        corrupt("no JSON", file("{'a':}", 0), "not valid JSON"),
        corrupt("no UTF-8", file("{'\uffff'", 0, (byte) 0xC3), "not"),
        corrupt("text after", file("{} {}", 0), "something follows the header's closing brace"),
        corrupt("name twice", file("{'a':" + ok + ",'a':" + ok + "}", 8), "Duplicate field 'a'"),
        corrupt("entry is text", file("{'a':'F32'}", 0), "tensor a is value string"),
        corrupt("unknown key", file("{'a':{'type':'F32'}}", 0), "tensor a has key type"),
        corrupt("no shape", file("{'a':{'dtype':'F32'}}", 0), "tensor a lacks"),
        corrupt("unknown type", file(entry("F99", "[2]", 0, 8), 8), "dtype F99; expected one of"),
        corrupt("negative extent", file(entry("F32", "[-2]", 0, 8), 8), "shape holds -2"),
        corrupt("fraction", file(entry("F32", "[2.0]", 0, 8), 8), "shape holds 2.0"),
        corrupt(
            "2^64 elements",
            file(entry("F32", "[4294967296,4294967296]", 0, 8), 8),
            "more than 2^63 bytes"),
        corrupt("too few bytes", file(entry("F32", "[3]", 0, 8), 8), "needs 12 bytes, but"),
        corrupt("backwards", file(entry("F32", "[2]", 8, 0), 8), "data_offsets [8, 0]"),
        corrupt(
            "one offset",
            file("{'a':{'dtype':'F32','shape':[],'data_offsets':[0]}}", 4),
            "expected [begin, end]"),
        corrupt("gap", file(entry("F32", "[2]", 4, 12), 12), "4 bytes between the header and"),
        corrupt(
            "overlap",
            file("{'a':" + ok + ",'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}", 8),
            "tensor b starts at byte 4, inside tensor a, which ends at 8"),
        corrupt("metadata number", file("{'__metadata__':{'a':1}}", 0), "__metadata__.a is value"),
        corrupt("data cut off", file("{'a':" + ok + "}", 7), "the file ends inside tensor a"),
        corrupt("data too long", file("{'a':" + ok + "}", 9), "1 bytes follow the last tensor"),
        corrupt(
            "integer beyond 2^24",
            join(file(entry("I64", "[]", 0, 8), 0), new byte[] {1, 0, 0, 1, 0, 0, 0, 0}),
            "holds 16777217, which float32 cannot"),
        corrupt(
            "double beyond float32",
            join(
                file(entry("F64", "[]", 0, 8), 0),
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(1e39).array()),
            "holds 1.0E39, which float32 cannot"));
  }

  @Test
  void write_nameTwice_refused() {
    Tensor tensor = new Tensor("a", List.of(1), new float[1], 0);
    Exception fault = assertThrows(Exception.class, () -> write(List.of(tensor, tensor), Map.of()));
    assertTrue(fault.getMessage().contains("Duplicate field 'a'"), fault.getMessage());
  }

  private static DynamicTest corrupt(String name, byte[] file, String message) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          GradflowException fault =
              assertThrows(
                  GradflowException.class,
                  () -> {
                    try (SafetensorsReader reader = reader(file)) {
                      for (SafetensorsEntry entry : reader.entries()) {
                        reader.read(entry, new float[2], 0);
                      }
                      reader.finish();
                    }
                  });
          assertEquals(ExitCode.BAD_DATA, fault.code());
          assertTrue(fault.getMessage().contains(message), fault.getMessage());
        });
  }

  private static String entry(String type, String shape, int begin, int end) {
    return "{'a':{'dtype':'%s','shape':%s,'data_offsets':[%d,%d]}}"
        .formatted(type, shape, begin, end);
  }

  private static byte[] file(String header, int dataBytes, byte... more) {
    byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return file(text.length + more.length, join(text, more), dataBytes);
  }

  private static byte[] file(long length, String header, int dataBytes) {
    return file(length, header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private static byte[] file(long length, byte[] header, int dataBytes) {
    ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return join(join(prefix.array(), header), new byte[dataBytes]);
  }

  private static byte[] join(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }

  private static byte[] write(List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, tensors, metadata);
    return out.toByteArray();
  }

  private static SafetensorsReader reader(byte[] file) throws IOException {
    return new SafetensorsReader(new ByteArrayInputStream(file), "test.safetensors");
  }

  private static float[] read(SafetensorsReader reader, String name) throws IOException {
    SafetensorsEntry entry =
        reader.entries().stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
    float[] values = new float[(int) entry.elements()];
    reader.read(entry, values, 0);
    return values;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = SafetensorsTest.class.getResourceAsStream(GOLDEN + name)) {
      return in.readAllBytes();
    }
  }
}
