package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Adds normal noise to numbers.
 *
 * @param deviation of the noise, in the unit of the encoded numbers
 */
@Kind("noise")
@Doc("Adds normal noise to numbers.")
public record Noise(
    @Doc("Standard deviation, in the unit of the encoded numbers.") float deviation,
    @Doc("The input that holds the numbers.") @Default("features") String input)
    implements AugmentSpec {
  public Noise {
    Settings.requireAboveZero("deviation", deviation);
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    int index = AugmentSpec.indexOf(schema, input);
    Field field = schema.inputs().get(index);
    if (field.kind() != Field.Kind.NUMBER) {
      throw new IllegalArgumentException("input " + input + " holds indices; expected numbers");
    }
    int width = field.width();
    return (batch, row, key) -> {
      float[] values = batch.input(index);
      for (int i = 0; i < width; i++) {
        values[row * width + i] =
            Math.fma(deviation, CounterRng.normal(key, i), values[row * width + i]);
      }
    };
  }
}
