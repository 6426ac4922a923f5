package io.gradflow.common.loss;

/** A loss bound to the shape of its output and target. One owner, one thread. */
public interface Loss {
  /**
   * Adds the rows' weighted losses and weights to {@code sums}; overwrites the gradient.
   *
   * @param rows number of rows
   * @param outputs [rows, output width] from outputOffset, read only
   * @param targets [rows, target width] from targetOffset; a class index is stored as a float
   * @param weights [rows] example weights from weightOffset, each finite and not negative
   * @param gradient [rows, output width] from gradientOffset, overwritten with w dl/d(output); null
   *     when only sums are wanted
   */
  void accumulate(
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      float[] gradient,
      int gradientOffset,
      LossSums sums);
}
