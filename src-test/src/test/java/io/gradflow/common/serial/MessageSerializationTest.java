package io.gradflow.common.serial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.common.message.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag$;

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
  void taskReport_roundTrip_isEqual() {
    for (TaskReport report : List.of(joining(), reporting())) {
      TaskReport read = (TaskReport) read(new Input(write(report)));
      assertEquals(withoutSums(report), withoutSums(read));
      assertEquals(report.sums().isPresent(), read.sums().isPresent());
    }
    StepSums sums = ((TaskReport) read(new Input(write(reporting())))).sums().orElseThrow();
    assertBits(sums().subtrees().get(0).gradientSum(), sums.subtrees().get(0).gradientSum());
  }

  @Test
  void stepCommand_roundTrip_isEqual() {
    StepCommand command = command();
    StepCommand read = (StepCommand) read(new Input(write(command)));
    assertEquals(command.block(), read.block());
    assertBits(command.weights().orElseThrow().values(), read.weights().orElseThrow().values());
    assertEquals(
        command.with(Optional.empty(), Optional.empty()),
        read.with(Optional.empty(), Optional.empty()));
    for (Kind kind : Kind.values()) {
      assertEquals(StepCommand.bare(kind), read(new Input(write(StepCommand.bare(kind)))));
    }
  }

  @Test
  void stepSums_byJavaSerialization_sameBits() {
    // Applications may run with Spark's default serializer.
    SerializerInstance java = new JavaSerializer(new SparkConf(false)).newInstance();
    StepSums read =
        java.deserialize(
            java.serialize(sums(), ClassTag$.MODULE$.apply(StepSums.class)),
            ClassTag$.MODULE$.apply(StepSums.class));
    assertBits(sums().subtrees().get(0).gradientSum(), read.subtrees().get(0).gradientSum());
    assertEquals(sums().timings(), read.timings());
  }

  @Test
  void messageSerializer_anyMessage_needsNoSettingOfTheApplication() {
    SerializerInstance kryo = MessageSerializer.newInstance();
    Object read =
        kryo.deserialize(
            kryo.serialize(joining(), ClassTag$.MODULE$.Any()), ClassTag$.MODULE$.Any());
    assertEquals(joining(), read);
  }

  private static TaskReport joining() {
    return new TaskReport(
        3, 1, 1L << 40, "12", true, -1, -1, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static TaskReport reporting() {
    return new TaskReport(
        3,
        1,
        17,
        "driver",
        false,
        9,
        8,
        Optional.of(sums()),
        Optional.of(new BlockRef("host", 65_535, "12", "broadcast_1_x")),
        Optional.of("gradient of a/b"));
  }

  private static TaskReport withoutSums(TaskReport report) {
    return new TaskReport(
        report.lease(),
        report.slot(),
        report.attempt(),
        report.executorId(),
        report.sharesFiles(),
        report.installed(),
        report.completed(),
        Optional.empty(),
        report.gradients(),
        report.culprit());
  }

  private static StepCommand command() {
    return new StepCommand(
        5,
        Kind.EVALUATE,
        new StepId(1L << 33, 2, 3),
        Split.TEST,
        -4,
        Optional.of(new Weights(-4, values(10))),
        Optional.of(new BlockRef("host", 1, "0", "b")));
  }

  @Test
  void read_truncatedAnywhere_throws() {
    for (Object message : List.of(new Weights(1, values(40)), sums(), reporting(), command())) {
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
