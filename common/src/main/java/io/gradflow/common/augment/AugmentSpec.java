package io.gradflow.common.augment;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.OneOf;

/**
 * A random change of training rows; evaluation and prediction see rows as they are. A new kind is a
 * record that implements this.
 */
@OneOf({
  Flip.class,
  Shift.class,
  Crop.class,
  Rotate.class,
  Cutout.class,
  Noise.class,
  TokenDropout.class,
  TimeMask.class,
  FrequencyMask.class,
  Mixup.class
})
@Doc("A random change of training rows.")
public interface AugmentSpec {
  /**
   * Makes the executable twin, for one thread.
   *
   * @throws IllegalArgumentException if the examples have no such input, or one of another shape
   */
  RowChange bind(ExampleSchema schema);

  /**
   * The place of an input.
   *
   * @throws IllegalArgumentException if there is no input of this name
   */
  static int indexOf(ExampleSchema schema, String input) {
    for (int i = 0; i < schema.inputs().size(); i++) {
      if (schema.inputs().get(i).name().equals(input)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "no input %s; the inputs are %s"
            .formatted(input, schema.inputs().stream().map(Field::name).toList()));
  }
}
