package io.gradflow.common.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec.Link;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberMetricTest {
  private static final Field PAIR = new Field("y", Shape.of(2), Field.Kind.NUMBER, List.of());

  /** Errors (1, -2) of weight 1 and (0, 3) of weight 3; targets (1, 5) and (3, 1). */
  private static final Rows TWO =
      Rows.of(
          PAIR,
          Link.IDENTITY,
          2,
          new float[] {2, 3, 3, 4},
          new float[] {1, 5, 3, 1},
          new float[] {1, 3});

  @Test
  void meanErrors_handExample_areMeansOverOutputs() {
    assertEquals((5 + 3 * 9) / 8.0, TWO.number(new MeanSquaredError()));
    assertEquals((3 + 3 * 3) / 8.0, TWO.number(new MeanAbsoluteError()));
  }

  @Test
  void r2_handExample_isTheMeanOfOutputs() {
    // Output 0: mean 2.5, spread 2.25 + 3 * 0.25 = 3, errors 1. Output 1: mean 2, spread 9 + 3,
    // errors 4 + 27.
    assertEquals((1 - 1 / 3.0 + 1 - 31 / 12.0) / 2, TWO.number(new RSquared()), 1e-15);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void r2_random_agreesWithTwoPasses(long seed) {
    Rows rows = Rows.ofNumbers(seed, 100, 3);
    double expected = 0;
    for (int j = 0; j < 3; j++) {
      double mean = 0;
      for (int r = 0; r < rows.count(); r++) {
        mean += rows.weight(r) * rows.target(r, j) / rows.weightSum();
      }
      double spread = 0;
      double errors = 0;
      for (int r = 0; r < rows.count(); r++) {
        spread += rows.weight(r) * Math.pow(rows.target(r, j) - mean, 2);
        errors += rows.weight(r) * Math.pow((double) rows.target(r, j) - rows.output(r, j), 2);
      }
      expected += (1 - errors / spread) / 3;
    }
    assertEquals(expected, rows.number(new RSquared()), 1e-12, "seed " + seed);
  }

  @Test
  void r2_constantTarget_isUndefined() {
    Rows rows =
        Rows.of(
            PAIR,
            Link.IDENTITY,
            2,
            new float[] {1, 2, 3, 4},
            new float[] {1, 5, 1, 6},
            new float[] {1, 1});
    assertEquals(Double.NaN, rows.number(new RSquared()));
  }

  @Test
  void bind_otherThanNumbersOfOneShape_isRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new MeanSquaredError().bind(Shape.of(3), PAIR, Link.IDENTITY));
    assertTrue(e.getMessage().startsWith("mse: output [3] with link IDENTITY"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new RSquared().bind(Shape.of(2), PAIR, Link.SIGMOID));
    assertThrows(
        IllegalArgumentException.class,
        () -> new MeanAbsoluteError().bind(Shape.of(1), Rows.classes(2), Link.IDENTITY));
  }
}
