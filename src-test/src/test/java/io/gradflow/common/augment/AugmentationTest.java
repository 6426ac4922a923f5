package io.gradflow.common.augment;

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
import io.gradflow.common.spec.SpecWriter;
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

  @Test
  void flip_certain_mirroredBothWays() {
    float[] image = counting(IMAGE.size());
    apply(new Flip(1, 1, "features"), IMAGE, image);
    float[] expected = new float[image.length];
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 4; x++) {
        for (int c = 0; c < 2; c++) {
          expected[(y * 4 + x) * 2 + c] = ((4 - y) * 4 + 3 - x) * 2 + c;
        }
      }
    }
    assertArrayEquals(expected, image);
  }

  @Test
  void shift_anyKey_isOneOfTheWholePixelShifts() {
    boolean[][] seen = new boolean[5][5];
    for (long key = 0; key < 300; key++) {
      float[] image = counting(IMAGE.size());
      apply(new Shift(2, -1, "features"), IMAGE, image, key);
      boolean found = false;
      for (int dy = -2; dy <= 2 && !found; dy++) {
        for (int dx = -2; dx <= 2 && !found; dx++) {
          float[] expected = new float[image.length];
          for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 4; x++) {
              boolean inside = y + dy >= 0 && y + dy < 5 && x + dx >= 0 && x + dx < 4;
              for (int c = 0; c < 2; c++) {
                expected[(y * 4 + x) * 2 + c] = inside ? ((y + dy) * 4 + x + dx) * 2 + c : -1;
              }
            }
          }
          found = Arrays.equals(expected, image);
          seen[dy + 2][dx + 2] |= found;
        }
      }
      assertTrue(found, "key " + key + ": " + Arrays.toString(image));
    }
    assertTrue(Arrays.stream(seen).allMatch(row -> row[0] && row[1] && row[2] && row[3] && row[4]));
  }

  /** A quarter turn of a square image, by hand. */
  @Test
  void move_quarterTurn_pixelsChangePlacesExactly() {
    Shape square = Shape.of(3, 3, 1);
    ImageChange turn =
        ImageChange.of(
            schema(square, Field.Kind.NUMBER),
            "features",
            (image, values, offset, key) -> image.move(values, offset, 0, -1, 0, 1, 0, 0, 9));
    float[] image = counting(9);
    change(turn, square, image, 0);
    assertArrayEquals(new float[] {6, 3, 0, 7, 4, 1, 8, 5, 2}, image);
  }

  @Test
  void rotate_smoothImage_isTheFunctionTurned() {
    Shape large = Shape.of(21, 21, 1);
    for (long key = 0; key < 20; key++) {
      float[] image = new float[441];
      for (int i = 0; i < 441; i++) {
        image[i] = 2 * (i / 21 - 10) + 3 * (i % 21 - 10);
      }
      apply(new Rotate(30, 0, "features"), large, image, key);
      // A linear function stays one of the same slope, and linear interpolation is exact for it.
      float down = image[11 * 21 + 10];
      float right = image[10 * 21 + 11];
      assertEquals(13, down * down + right * right, 1e-3, "key " + key);
      assertEquals(0, image[10 * 21 + 10], 1e-4);
      assertEquals(3 * down - 2 * right, image[13 * 21 + 8], 1e-3);
    }
  }

  @Test
  void crop_constantImage_staysConstantAndCropsStayInside() {
    for (long key = 0; key < 50; key++) {
      float[] image = new float[IMAGE.size()];
      Arrays.fill(image, 2.5f);
      apply(new Crop(0.3, "features"), IMAGE, image, key);
      for (float value : image) {
        assertEquals(2.5f, value, 1e-6f, "key " + key);
      }
    }
  }

  @Test
  void cutout_anyKey_blanksARectangleOfAtMostTheSize() {
    int largest = 0;
    for (long key = 0; key < 100; key++) {
      float[] image = new float[IMAGE.size()];
      Arrays.fill(image, 1);
      apply(new Cutout(3, 0, "features"), IMAGE, image, key);
      int blank = 0;
      for (float value : image) {
        blank += value == 0 ? 1 : 0;
      }
      // The middle is inside: at least 2 x 2 pixels of it are, on 2 channels.
      assertTrue(blank >= 8 && blank <= 18, "key " + key + ": " + blank);
      largest = Math.max(largest, blank);
    }
    assertEquals(18, largest);
  }

  @Test
  void noise_manyNumbers_meanZeroAndTheDeviation() {
    Shape wide = Shape.of(20_000);
    float[] values = new float[20_000];
    apply(new Noise(0.25f, "features"), wide, values, 5);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }
    assertEquals(0, sum / 20_000, 0.006);
    assertEquals(0.25, Math.sqrt(squares / 20_000), 0.004);
  }

  @Test
  void tokenDropout_tokens_becomeUnknownAtTheRateAndPaddingStays() {
    Shape text = Shape.of(10_000);
    float[] tokens = new float[10_000];
    for (int i = 0; i < 8_000; i++) {
      tokens[i] = 2 + i;
    }
    RowChange change = new TokenDropout(0.3, "features").bind(schema(text, Field.Kind.TOKENS));
    change(change, text, tokens, 1, Field.Kind.TOKENS);
    int unknown = 0;
    for (int i = 0; i < 10_000; i++) {
      unknown += tokens[i] == 1 ? 1 : 0;
      assertTrue(i < 8_000 ? tokens[i] == 1 || tokens[i] == 2 + i : tokens[i] == 0);
    }
    assertEquals(2400, unknown, 200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void mask_anyKey_blanksWholeStepsOrWholeBands(boolean time) {
    Shape sequence = Shape.of(6, 5);
    boolean[] widths = new boolean[4];
    for (long key = 0; key < 100; key++) {
      float[] values = new float[30];
      Arrays.fill(values, 1);
      apply(
          time ? new TimeMask(3, 1, 0, "features") : new FrequencyMask(3, 1, 0, "features"),
          sequence,
          values,
          key);
      int blank = 0;
      for (int i = 0; i < (time ? 6 : 5); i++) {
        int line = i;
        int zeros = 0;
        for (int j = 0; j < (time ? 5 : 6); j++) {
          zeros += values[time ? line * 5 + j : j * 5 + line] == 0 ? 1 : 0;
        }
        assertTrue(zeros == 0 || zeros == (time ? 5 : 6), "key " + key);
        blank += zeros > 0 ? 1 : 0;
      }
      widths[blank] = true;
    }
    assertArrayEquals(new boolean[] {true, true, true, true}, widths);
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
      assertEquals(0, SettledAllocation.bytesWithinRounds(20, 0, 1, twentyEpochs));
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

  private static void apply(AugmentSpec spec, Shape shape, float[] values) {
    apply(spec, shape, values, 0);
  }

  private static void apply(AugmentSpec spec, Shape shape, float[] values, long key) {
    assertEquals(
        spec,
        SpecReader.readJson(SpecWriter.toJson(new Holder(List.of(spec))), Holder.class)
            .augment()
            .get(0));
    change(spec.bind(schema(shape, Field.Kind.NUMBER)), shape, values, key);
  }

  private static void change(RowChange change, Shape shape, float[] values, long key) {
    change(change, shape, values, key, Field.Kind.NUMBER);
  }

  /** As the second row of a batch whose first one must stay as it is. */
  private static void change(
      RowChange change, Shape shape, float[] values, long key, Field.Kind kind) {
    MiniBatch batch = new MiniBatch(schema(shape, kind), 2);
    System.arraycopy(values, 0, batch.input(0), values.length, values.length);
    batch.rows(2);
    change.apply(batch, 1, key);
    System.arraycopy(batch.input(0), values.length, values, 0, values.length);
    assertArrayEquals(new float[values.length], Arrays.copyOf(batch.input(0), values.length));
  }

  private static float[] counting(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    return values;
  }

  /** Changes as a job file has them. */
  record Holder(List<AugmentSpec> augment) {}

  private static List<AugmentSpec> specs(String changes) {
    return SpecReader.readYaml("augment: [" + changes + "]", "job.yaml", Holder.class).augment();
  }

  private static ExampleSchema schema(Shape shape, Field.Kind kind) {
    return new ExampleSchema(
        List.of(new Field("features", shape, kind, List.of())),
        List.of(new Field("label", Shape.of(), Field.Kind.CLASS, List.of("a", "b"))));
  }
}
