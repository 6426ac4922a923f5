package io.gradflow.driver.feature;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;

/** What stands for missing numbers: blank text, null, NaN. */
@OneOf({ImputeSpec.Mean.class, ImputeSpec.Median.class, ImputeSpec.Constant.class})
@Doc("What stands for missing numbers.")
public interface ImputeSpec {
  /** The mean of those that are there. */
  @Kind("mean")
  @Doc("The mean of the training rows that have one.")
  record Mean() implements ImputeSpec {}

  /** The median of those that are there. */
  @Kind("median")
  @Doc("The median of the training rows that have one, within a four-thousandth of it.")
  record Median() implements ImputeSpec {}

  /** A number, before clip and log. */
  @Kind("constant")
  @Doc("A number, which is then clipped and scaled like others.")
  record Constant(@Doc("The number.") double value) implements ImputeSpec {
    public Constant {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("value " + value + "; expected finite");
      }
    }
  }
}
