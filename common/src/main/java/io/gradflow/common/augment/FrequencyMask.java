package io.gradflow.common.augment;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Blanks neighbouring bands of a spectrum, or other numbers that every step has, by {@link
 * BandMask}.
 *
 * @param most that one mask blanks
 * @param masks how many, which may overlap
 * @param fill of what is blanked
 */
@Kind("frequencyMask")
@Doc("Blanks neighbouring bands of a spectrum, or other numbers that every step has.")
public record FrequencyMask(
    @Doc("The most that one mask blanks.") int most,
    @Doc("How many masks.") @Default("1") int masks,
    @Doc("What is put in their place.") @Default("0") float fill,
    @Doc("The input that holds the sequence.") @Default("features") String input)
    implements AugmentSpec {
  public FrequencyMask {
    Checks.positive("most", most);
    Checks.positive("masks", masks);
    Settings.requireFinite("fill", fill);
  }

  @Override
  public RowChange bind(ExampleSchema schema) {
    return BandMask.of(schema, input, false, most, masks, fill);
  }
}
