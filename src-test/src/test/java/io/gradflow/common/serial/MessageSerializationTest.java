package io.gradflow.common.serial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.common.message.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageSerializationTest {
  private static final float[] ODD_VALUES = {
    0f, -0f, 1f, Float.MIN_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, 0x1.fffffep-1f
  };

  @Test
  void weights_roundTrip_sameBits() {
    for (int length : new int[] {0, 1, 8191, 8192, 8193, 100_003}) {
      Weights weights = new Weights(-7L + length, values(length));
      Weights read = (Weights) read(new Input(write(weights)));
      assertEquals(weights.version(), read.version());
      assertBits(weights.values(), read.values());
    }
  }

  @Test
  void weights_throughAStream_sameBits() {
    Weights weights = new Weights(3, values(50_000));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Output output = new Output(bytes, 1000)) {
      kryo().writeClassAndObject(output, weights);
    }
    Input input = new Input(new ByteArrayInputStream(bytes.toByteArray()), 777);
    assertBits(weights.values(), ((Weights) read(input)).values());
  }

  @Test
  void stepSums_roundTrip_sameBits() {
    StepSums sums = sums();
    StepSums read = (StepSums) read(new Input(write(sums)));
    assertEquals(sums.version(), read.version());
    assertEquals(sums.from(), read.from());
    assertEquals(sums.to(), read.to());
    assertEquals(sums.timings(), read.timings());
    assertEquals(2, read.subtrees().size());
    for (int i = 0; i < 2; i++) {
      SubtreeSum a = sums.subtrees().get(i);
      SubtreeSum b = read.subtrees().get(i);
      assertEquals(List.of(a.level(), a.index()), List.of(b.level(), b.index()));
      assertEquals(a.rows(), b.rows());
      assertEquals(a.lossSum(), b.lossSum());
      assertEquals(a.weightSum(), b.weightSum());
      assertBits(a.gradientSum(), b.gradientSum());
      assertArrayEquals(a.metricSums(), b.metricSums());
    }
  }

  @Test
  void read_truncatedAnywhere_throws() {
    for (Object message : List.of(new Weights(1, values(40)), sums())) {
      byte[] bytes = write(message);
      for (int length = 1; length < bytes.length; length++) {
        byte[] part = Arrays.copyOf(bytes, length);
        assertThrows(KryoException.class, () -> read(new Input(part)), "length " + length);
      }
    }
  }

  @Test
  void read_lengthBeyondTheInput_throwsBeforeAllocating() {
    Output output = new Output(64);
    Kryo kryo = kryo();
    kryo.writeClass(output, Weights.class);
    output.writeByte(1); // A reference not seen before follows.
    output.writeVarLong(1, false);
    output.writeVarInt(Integer.MAX_VALUE - 9, true);
    KryoException error =
        assertThrows(KryoException.class, () -> read(new Input(output.toBytes())));
    assertEquals("an array of 2147483638 elements where at most 0 can follow", error.getMessage());
  }

  @Test
  void read_moreSubtreesThanATreeHas_throws() {
    byte[] bytes = write(new StepSums(0, 0, 1, List.of(), TaskTimings.NONE));
    bytes[bytes.length - 4] = 127;
    KryoException error = assertThrows(KryoException.class, () -> read(new Input(bytes)));
    assertEquals("sums of 127 subtrees; expected at most 64", error.getMessage());
  }

  private static StepSums sums() {
    return new StepSums(
        12,
        3,
        5,
        List.of(
            new SubtreeSum(0, 3, 17, 1.5, 17, values(33), new double[] {1, -0.0, Double.NaN}),
            new SubtreeSum(2, 1, 0, -0.0, 0, new float[0], new double[0])),
        new TaskTimings(1, 1L << 40, 3));
  }

  private static float[] values(int length) {
    Random random = new Random(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i < ODD_VALUES.length ? ODD_VALUES[i] : (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertBits(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(actual[i]));
    }
  }

  private static Kryo kryo() {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(true);
    new MessageRegistrator().registerClasses(kryo);
    return kryo;
  }

  private static byte[] write(Object message) {
    Output output = new Output(1024, -1);
    kryo().writeClassAndObject(output, message);
    return output.toBytes();
  }

  private static Object read(Input input) {
    return kryo().readClassAndObject(input);
  }
}
