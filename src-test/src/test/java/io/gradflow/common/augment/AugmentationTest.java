package io.gradflow.common.augment;

import static io.gradflow.common.augment.AugmentBed.schema;
import static io.gradflow.common.augment.AugmentBed.specs;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.PackedShardWriter;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.SettledAllocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of whole batches from shards: the same in any batch, rows mixed, faults named. */
class AugmentationTest {
  private static final int ROWS = 50;
  private static final Shape IMAGE = Shape.of(5, 4, 2);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [5, 4, 2] | {flip: {horizontal: 0.5, vertical: 0.5}}
          [5, 4, 2] | {shift: 2}
          [5, 4, 2] | {crop: 0.5}
          [5, 4, 2] | {rotate: {degrees: 40, fill: -1}}
          [5, 4, 2] | {cutout: 3}
          [5, 4, 2] | {noise: 0.5}
          [5, 8]    | {timeMask: {most: 3, masks: 2}}
          [5, 8]    | {frequencyMask: {most: 5}}
          [40]      | {mixup: 0.4}
          [5, 4, 2] | {flip: 0.5}, {rotate: 20}, {mixup: 1}, {cutout: 1}
          """)
  void apply_rowsInAnyBatch_sameBitsAndOtherOnesEachEpoch(String shape, String changes)
      throws IOException {
    ExampleSchema schema =
        schema(SpecReader.readYaml(shape, "shape", Shape.class), Field.Kind.NUMBER);
    List<AugmentSpec> specs = specs(changes);
    try (PackedShard shard = shard(schema, 40, false)) {
      float[] whole = augmented(specs, schema, shard, 3, 0, IntStream.range(0, ROWS).toArray());
      int[] shuffled = IntStream.range(0, ROWS).map(i -> (7 * i + 3) % ROWS).toArray();
      float[] parts = new float[whole.length];
      for (int from = 0; from < ROWS; from += 9) {
        int[] rows = Arrays.copyOfRange(shuffled, from, Math.min(from + 9, ROWS));
        float[] part = augmented(specs, schema, shard, 3, 0, rows);
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(part, i * 42, parts, rows[i] * 42, 42);
        }
      }
      assertArrayEquals(whole, parts);
      assertFalse(Arrays.equals(whole, augmented(specs, schema, shard, 4, 0, shuffled(false))));
      assertFalse(Arrays.equals(whole, augmented(specs, schema, shard, 3, 1, shuffled(false))));
      float[] plain = augmented(List.of(), schema, shard, 3, 0, shuffled(false));
      assertFalse(Arrays.equals(plain, whole));
    }
  }

  /** Row r is all r, its target 10 r: mixtures keep the ratio, and their shares follow Beta. */
  @Test
  void mixup_numbers_inputsTargetsAndWeightsAlike() throws IOException {
    ExampleSchema schema =
        new ExampleSchema(
            List.of(new Field("features", Shape.of(2), Field.Kind.NUMBER, List.of())),
            List.of(new Field("label", Shape.of(1), Field.Kind.NUMBER, List.of())));
    Path file = directory.resolve("mixup");
    try (PackedShardWriter writer = new PackedShardWriter(file, PackedLayout.plain(schema, true))) {
      writer.append(new float[][] {{0, 0}, {0}}, 2);
      writer.append(new float[][] {{1, 1}, {10}}, 4);
      writer.finish();
    }
    double moved = 0;
    double squares = 0;
    int mixed = 0;
    try (PackedShard shard = PackedShard.open(file)) {
      MiniBatch batch = new MiniBatch(schema, 1);
      Augmentation augmentation = new Augmentation(List.of(new Mixup(0.5)), schema, 3);
      for (int epoch = 0; epoch < 4000; epoch++) {
        shard.read(new int[] {0}, 1, batch);
        augmentation.apply(batch, shard, new int[] {0}, epoch, 0);
        float x = batch.input(0)[0];
        assertEquals(x, batch.input(0)[1]);
        assertEquals(10 * x, batch.target(0)[0], 1e-5f);
        assertEquals(2 + 2 * x, batch.weights()[0], 1e-5f);
        if (x != 0) {
          mixed++;
          moved += x;
          squares += x * x;
        }
      }
    }
    // Half the partners are the row itself. Beta(1/2, 1/2): mean 1/2, second moment 3/8.
    assertEquals(2000, mixed, 120);
    assertEquals(0.5, moved / mixed, 0.03);
    assertEquals(0.375, squares / mixed, 0.03);
  }

  @Test
  void mixup_classes_eachWithItsShareAsProbability() throws IOException {
    ExampleSchema schema = schema(Shape.of(1), Field.Kind.NUMBER);
    Path file = directory.resolve("classes");
    try (PackedShardWriter writer = new PackedShardWriter(file, PackedLayout.plain(schema, true))) {
      writer.append(new float[][] {{0}, {0}}, 1);
      writer.append(new float[][] {{1}, {1}}, 1);
      writer.finish();
    }
    double expected = 0;
    int second = 0;
    try (PackedShard shard = PackedShard.open(file)) {
      MiniBatch batch = new MiniBatch(schema, 1);
      Augmentation augmentation = new Augmentation(List.of(new Mixup(1)), schema, 3);
      for (int epoch = 0; epoch < 4000; epoch++) {
        shard.read(new int[] {0}, 1, batch);
        augmentation.apply(batch, shard, new int[] {0}, epoch, 0);
        expected += batch.input(0)[0];
        second += (int) batch.target(0)[0];
      }
    }
    assertEquals(expected, second, 100);
  }

  @Test
  void apply_afterTheFirstRows_allocatesNothing() throws IOException {
    ExampleSchema schema = schema(IMAGE, Field.Kind.NUMBER);
    List<AugmentSpec> specs =
        specs(
            "{flip: 0.5}, {shift: 1}, {crop: 0.5}, {rotate: 9}, {cutout: 2}, {noise: 1}, {mixup:"
                + " 1}");
    try (PackedShard shard = shard(schema, 40, false)) {
      MiniBatch batch = new MiniBatch(schema, ROWS);
      int[] rows = shuffled(true);
      Augmentation augmentation = new Augmentation(specs, schema, 1);
      Runnable twentyEpochs =
          () -> {
            for (int epoch = 0; epoch < 20; epoch++) {
              shard.read(rows, ROWS, batch);
              augmentation.apply(batch, shard, rows, epoch, 0);
            }
          };
      assertEquals(0, SettledAllocation.bytes(0, 1, twentyEpochs));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {flip: {input: image}}  | no input image; the inputs are [features]
          {shift: 1}              | input features of shape [40] is no image
          {timeMask: 2}           | input features of shape [40] is no sequence
          {tokenDropout: 0.5}     | input features holds no tokens
          """)
  void bind_anotherShape_namesPlaceAndShape(String change, String message) {
    ExampleSchema schema = schema(Shape.of(40), Field.Kind.NUMBER);
    List<AugmentSpec> specs = specs("{noise: 1}, " + change);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Augmentation(specs, schema, 1));
    assertTrue(e.getMessage().startsWith("data.augment[1]: " + message), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{flip: 1.5}",
        "{shift: 0}",
        "{crop: 1}",
        "{rotate: 200}",
        "{cutout: -1}",
        "{noise: 0}",
        "{tokenDropout: -0.1}",
        "{timeMask: {most: 2, masks: 0}}",
        "{mixup: 3}",
        "{mixup: 0}"
      })
  void specs_outOfRange_areRefused(String change) {
    assertThrows(SpecException.class, () -> specs(change));
  }

  private float[] augmented(
      List<AugmentSpec> specs,
      ExampleSchema schema,
      PackedShard shard,
      long epoch,
      int microShard,
      int[] rows) {
    MiniBatch batch = new MiniBatch(schema, ROWS);
    shard.read(rows, rows.length, batch);
    new Augmentation(specs, schema, 11).apply(batch, shard, rows, epoch, microShard);
    float[] all = new float[rows.length * 42];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(batch.input(0), i * 40, all, i * 42, 40);
      all[i * 42 + 40] = batch.target(0)[i];
      all[i * 42 + 41] = batch.weights()[i];
    }
    return all;
  }

  private PackedShard shard(ExampleSchema schema, int width, boolean weighted) throws IOException {
    Path file = directory.resolve("shard");
    Random random = new Random(4);
    try (PackedShardWriter writer =
        new PackedShardWriter(file, PackedLayout.plain(schema, weighted))) {
      for (int row = 0; row < ROWS; row++) {
        float[] values = new float[width];
        for (int i = 0; i < width; i++) {
          values[i] = (float) random.nextGaussian();
        }
        writer.append(new float[][] {values, {row % 2}}, 1);
      }
      writer.finish();
    }
    return PackedShard.open(file);
  }

  private static int[] shuffled(boolean turned) {
    return IntStream.range(0, ROWS).map(i -> turned ? ROWS - 1 - i : i).toArray();
  }
}
