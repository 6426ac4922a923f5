package io.gradflow.driver.step;

import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.reduce.GradientSource;
import io.gradflow.common.reduce.SumArrays;
import io.gradflow.worker.channel.SharedFloats;

/**
 * A gradient in a file that a task on this machine has written. Both methods throw {@link Gone} if
 * the task has written something else meanwhile.
 *
 * @param number of the command that it was computed for
 * @param at where it begins in the file, in floats
 * @param arrays where taken arrays come from
 * @param team copies and adds
 */
record FileGradient(SharedFloats file, long number, int at, SumArrays arrays, BlockTeam team)
    implements GradientSource {
  @Override
  public float[] take() {
    float[] array = arrays.takeUncleared();
    check(file.read(number, at, array, team));
    return array;
  }

  @Override
  public void addTo(float[] gradientSum) {
    check(file.addTo(number, at, gradientSum, team));
  }

  private void check(boolean there) {
    if (!there) {
      throw new Gone(
          "the sums of command " + number + " in " + file.file() + " changed while they were read");
    }
  }

  /** No task writes while its sums are read; if one has, the step is done again. */
  static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1;

    Gone(String message) {
      super(message);
    }
  }
}
