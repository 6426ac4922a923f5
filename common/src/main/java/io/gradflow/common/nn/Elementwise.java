package io.gradflow.common.nn;

/** An activation that takes every element by itself. */
interface Elementwise extends Activation {
  /**
   * y = f(x) for n elements.
   *
   * @param x read from xo
   * @param y overwritten from yo; may be x at the same offset
   */
  void forward(int n, float[] x, int xo, float[] y, int yo);

  /** dx = f'(x) dy for n elements; arrays as in {@link Activation#backward}. */
  void backward(
      int n, float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo);

  @Override
  default void forward(int rows, int width, float[] x, int xOffset, float[] y, int yOffset) {
    forward(rows * width, x, xOffset, y, yOffset);
  }

  @Override
  default void backward(
      int rows,
      int width,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    backward(rows * width, x, xOffset, y, yOffset, dy, dyOffset, dx, dxOffset);
  }
}
