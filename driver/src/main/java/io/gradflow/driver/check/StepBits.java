package io.gradflow.driver.check;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.message.SubtreeSum;
import java.util.Optional;

/**
 * A step's sums, kept to compare other ways of running the step with.
 *
 * @param gradientSum a copy
 */
@SuppressWarnings("ArrayRecordComponent") // compared bit by bit, never by equals
record StepBits(double lossSum, double weightSum, float[] gradientSum) {
  static StepBits of(SubtreeSum sum) {
    return new StepBits(sum.lossSum(), sum.weightSum(), sum.gradientSum().clone());
  }

  /** The first difference in words; empty if there is none. */
  Optional<String> difference(SubtreeSum other, ParamLayout layout) {
    if (Double.doubleToRawLongBits(lossSum) != Double.doubleToRawLongBits(other.lossSum())
        || Double.doubleToRawLongBits(weightSum) != Double.doubleToRawLongBits(other.weightSum())) {
      return Optional.of(
          "loss and weight sums "
              + other.lossSum()
              + ", "
              + other.weightSum()
              + "; expected "
              + lossSum
              + ", "
              + weightSum);
    }
    for (int i = 0; i < gradientSum.length; i++) {
      float value = other.gradientSum()[i];
      if (Float.floatToRawIntBits(value) != Float.floatToRawIntBits(gradientSum[i])) {
        return Optional.of(
            "gradient of "
                + layout.at(i).name()
                + "["
                + (i - layout.at(i).offset())
                + "] is "
                + value
                + "; expected "
                + gradientSum[i]);
      }
    }
    return Optional.empty();
  }
}
