package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Mixes each row with another one: x = l x1 + (1 - l) x2 for inputs, targets and weights, with l
 * drawn from Beta(alpha, alpha) (Zhang et al. 2018, "mixup: beyond empirical risk minimization").
 * The other row is any row of the micro-shard, drawn evenly.
 *
 * <p>Where a target is a class, the paper mixes one-hot vectors. Here it is the one row's class
 * with probability l, else the other's: losses are linear in the one-hot vector, so that the
 * gradient is the same on average, and a target stays one index.
 *
 * @param alpha from 0.05 to 2
 */
@Kind("mixup")
@Doc("Mixes each row with another one.")
public record Mixup(
    @Doc("The share comes from Beta(alpha, alpha): the smaller, the nearer to one of the rows.")
        @Default("0.2")
        double alpha)
    implements AugmentSpec {
  public Mixup {
    // Johnk's way of drawing needs some 6 tries at 2, and hundreds of thousands at 10.
    if (!(alpha >= 0.05 && alpha <= 2)) {
      throw new IllegalArgumentException("alpha " + alpha + "; expected from 0.05 to 2");
    }
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    for (Field input : schema.inputs()) {
      if (input.kind() != Field.Kind.NUMBER) {
        throw new IllegalArgumentException(
            "input " + input.name() + " holds indices, which cannot be mixed; expected numbers");
      }
    }
    return new Mixing(schema, alpha);
  }

  private static final class Mixing implements RowChange {
    private final double exponent;
    private final int[] inputWidths;
    private final int[] targetWidths;
    private final boolean[] numbers;
    private MiniBatch other;

    Mixing(ExampleSchema schema, double alpha) {
      this.exponent = 1 / alpha;
      this.inputWidths = schema.inputs().stream().mapToInt(Field::width).toArray();
      this.targetWidths = schema.targets().stream().mapToInt(Field::width).toArray();
      this.numbers = new boolean[targetWidths.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = schema.targets().get(i).kind() == Field.Kind.NUMBER;
      }
    }

    @Override
    public boolean mixes() {
      return true;
    }

    @Override
    public void with(MiniBatch row) {
      other = row;
    }

    @Override
    public void apply(MiniBatch batch, int row, long key) {
      float share = share(key);
      boolean own = CounterRng.uniform(key, 0) < share;
      for (int i = 0; i < inputWidths.length; i++) {
        mix(batch.input(i), row, inputWidths[i], other.input(i), share);
      }
      for (int i = 0; i < targetWidths.length; i++) {
        int width = targetWidths[i];
        if (numbers[i]) {
          mix(batch.target(i), row, width, other.target(i), share);
        } else if (!own) {
          System.arraycopy(other.target(i), 0, batch.target(i), row * width, width);
        }
      }
      mix(batch.weights(), row, 1, other.weights(), share);
    }

    private static void mix(float[] values, int row, int width, float[] with, float share) {
      for (int i = 0; i < width; i++) {
        int at = row * width + i;
        values[at] = Math.fma(share, values[at] - with[i], with[i]);
      }
    }

    /**
     * Beta(alpha, alpha) by Johnk 1964: u^(1/alpha) / (u^(1/alpha) + v^(1/alpha)), sums above 1
     * passed over.
     */
    private float share(long key) {
      for (long i = 0; ; i += 2) {
        double u = StrictMath.pow(CounterRng.uniformDouble(key, i), exponent);
        double v = StrictMath.pow(CounterRng.uniformDouble(key, i + 1), exponent);
        if (u + v <= 1 && u + v > 0) {
          return (float) (u / (u + v));
        }
      }
    }
  }
}
