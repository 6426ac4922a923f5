package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Makes tokens unknown: index 1. Padding stays.
 *
 * @param rate probability of each token
 */
@Kind("tokenDropout")
@Doc("Makes tokens of a text unknown.")
public record TokenDropout(
    @Doc("Probability of each token.") @Default("0.1") double rate,
    @Doc("The input that holds the tokens.") @Default("features") String input)
    implements AugmentSpec {
  private static final float UNKNOWN = 1;

  public TokenDropout {
    Checks.probability("rate", rate);
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    int index = AugmentSpec.indexOf(schema, input);
    Field field = schema.inputs().get(index);
    if (field.kind() != Field.Kind.TOKENS) {
      throw new IllegalArgumentException("input " + input + " holds no tokens of a text");
    }
    int width = field.width();
    return (batch, row, key) -> {
      float[] tokens = batch.input(index);
      for (int i = 0; i < width; i++) {
        if (tokens[row * width + i] != 0 && CounterRng.uniform(key, i) < rate) {
          tokens[row * width + i] = UNKNOWN;
        }
      }
    };
  }
}
