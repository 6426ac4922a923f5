package io.gradflow.common.augment;

import static io.gradflow.common.augment.AugmentBed.reread;
import static io.gradflow.common.augment.AugmentBed.schema;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each change does to one row, by hand or by what must hold for any draw. */
class RowChangesTest {
  private static final Shape IMAGE = Shape.of(5, 4, 2);

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

  private static void apply(AugmentSpec spec, Shape shape, float[] values) {
    apply(spec, shape, values, 0);
  }

  private static void apply(AugmentSpec spec, Shape shape, float[] values, long key) {
    assertEquals(spec, reread(spec));
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
}
