package io.gradflow.common.loss;

/** A loss that says what one row costs: rows are taken in ascending order, each on its own. */
interface RowLoss extends Loss {
  /** Floats of one row's output. */
  int outputWidth();

  /** Floats of one row's target. */
  int targetWidth();

  /**
   * The loss of one row, without its example weight.
   *
   * @param row its number, for messages
   * @param outputs the row's from o, read only
   * @param targets the row's from t
   * @param weight w of the example
   * @param gradient the row's from g, overwritten with w dl/d(output); null when it is not wanted
   * @return l
   */
  double rowLoss(
      int row,
      float[] outputs,
      int o,
      float[] targets,
      int t,
      float weight,
      float[] gradient,
      int g);

  @Override
  default void accumulate(
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      float[] gradient,
      int gradientOffset,
      LossSums sums) {
    int width = outputWidth();
    int targetWidth = targetWidth();
    for (int row = 0; row < rows; row++) {
      float weight = weights[weightOffset + row];
      double loss =
          rowLoss(
              row,
              outputs,
              outputOffset + row * width,
              targets,
              targetOffset + row * targetWidth,
              weight,
              gradient,
              gradientOffset + row * width);
      sums.add(weight * loss, weight);
    }
  }
}
