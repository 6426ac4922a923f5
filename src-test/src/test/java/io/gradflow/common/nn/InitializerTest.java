package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class InitializerTest {
  private static final Shape DENSE = Shape.of(120, 80);

  /** fanIn 3 3 8 = 72, fanOut 3 3 128 = 1152. */
  private static final Shape CONV = Shape.of(3, 3, 8, 128);

  /** Expected deviation, its share of error over 9,000 draws (5 deviations), and the bound. */
  @TestFactory
  Stream<DynamicTest> fill_anyDistribution_hasItsMeanDeviationAndBounds() {
    double dense = Math.sqrt(6.0 / 200);
    double conv = Math.sqrt(6.0 / 1224);
    double unbounded = Double.POSITIVE_INFINITY;
    // A standard normal cut at +-2 has deviation 0.8796 (Johnson, Kotz, Balakrishnan 1994).
    return Stream.of(
        moments(new Initializer.Uniform(-1, 3), DENSE, 1, 4 / Math.sqrt(12), 3),
        moments(new Initializer.Normal(2, 0.5f), DENSE, 2, 0.5, unbounded),
        moments(new Initializer.TruncatedNormal(1, 0.5f), DENSE, 1, 0.5 * 0.87962566, 2),
        moments(new Initializer.GlorotUniform(), DENSE, 0, dense / Math.sqrt(3), dense),
        moments(new Initializer.GlorotUniform(), CONV, 0, conv / Math.sqrt(3), conv),
        moments(new Initializer.GlorotNormal(), DENSE, 0, Math.sqrt(2.0 / 200), unbounded),
        moments(new Initializer.HeUniform(), CONV, 0, Math.sqrt(2.0 / 72), Math.sqrt(6.0 / 72)),
        moments(new Initializer.HeNormal(), DENSE, 0, Math.sqrt(2.0 / 120), unbounded),
        moments(
            new Initializer.LecunUniform(), DENSE, 0, Math.sqrt(1.0 / 120), Math.sqrt(3.0 / 120)),
        moments(new Initializer.LecunNormal(), CONV, 0, Math.sqrt(1.0 / 72), unbounded));
  }

  private static DynamicTest moments(
      Initializer initializer, Shape shape, double mean, double deviation, double bound) {
    return DynamicTest.dynamicTest(
        initializer + " " + shape,
        () -> {
          float[] values = fill(initializer, 5, shape);
          double sum = 0;
          double squares = 0;
          for (float value : values) {
            sum += value;
            squares += (value - mean) * (value - mean);
            assertTrue(Math.abs(value) <= bound, value + " beyond " + bound);
          }
          double error = 5 * deviation / Math.sqrt(values.length);
          assertEquals(mean, sum / values.length, error, "mean");
          assertEquals(deviation, Math.sqrt(squares / values.length), error, "deviation");
        });
  }

  @TestFactory
  Stream<DynamicTest> fill_orthogonal_hasOrthonormalColumnsOrRows() {
    return Stream.of(
            Shape.of(7, 7), Shape.of(20, 6), Shape.of(6, 20), Shape.of(2, 3, 4), Shape.of())
        .map(shape -> DynamicTest.dynamicTest(shape.toString(), () -> assertOrthogonal(shape)));
  }

  private static void assertOrthogonal(Shape shape) {
    float[] q = fill(new Initializer.Orthogonal(3), 8, shape);
    int columns = shape.rank() == 0 ? 1 : shape.dim(-1);
    int rows = q.length / columns;
    boolean tall = rows >= columns;
    int count = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    for (int u = 0; u < count; u++) {
      for (int v = 0; v < count; v++) {
        double dot = 0;
        for (int i = 0; i < length; i++) {
          int a = tall ? i * columns + u : u * columns + i;
          int b = tall ? i * columns + v : v * columns + i;
          dot += (double) q[a] * q[b];
        }
        assertEquals(u == v ? 9 : 0, dot, 1e-5, u + " with " + v);
      }
    }
  }

  @Test
  void fill_sameKey_givesSameBitsAtAnyOffset() {
    for (Initializer initializer :
        new Initializer[] {
          new Initializer.GlorotUniform(),
          new Initializer.TruncatedNormal(0, 1),
          new Initializer.Orthogonal(1)
        }) {
      float[] values = fill(initializer, 3, DENSE);
      float[] shifted = new float[values.length + 7];
      initializer.fill(3, DENSE, shifted, 5);
      assertArrayEquals(values, Arrays.copyOfRange(shifted, 5, 5 + values.length));
      assertEquals(0, shifted[4]);
      assertEquals(0, shifted[5 + values.length]);
      assertNotEquals(values[0], fill(initializer, 4, DENSE)[0]);
    }
  }

  @Test
  void fill_constants_areThemselves() {
    assertArrayEquals(new float[] {0, 0}, fill(new Initializer.Zeros(), 1, Shape.of(2)));
    assertArrayEquals(new float[] {3, 3}, fill(new Initializer.Constant(3), 1, Shape.of(2)));
  }

  @Test
  void constructor_parametersOutOfRange_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> new Initializer.Uniform(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Initializer.Constant(Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Initializer.Normal(0, -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Initializer.TruncatedNormal(0, Float.POSITIVE_INFINITY));
  }

  private static float[] fill(Initializer initializer, long key, Shape shape) {
    float[] values = new float[shape.size()];
    Arrays.fill(values, 99);
    initializer.fill(key, shape, values, 0);
    return values;
  }
}
