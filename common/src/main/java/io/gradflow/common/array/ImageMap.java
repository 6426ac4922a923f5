package io.gradflow.common.array;

/** A linear map of one channels-last image to another. Mean pooling and enlarging are such maps. */
public interface ImageMap {
  /** y from x; overwritten. */
  void forward(float[] x, int xo, float[] y, int yo);

  /**
   * dx = the gradient by x; overwritten.
   *
   * @param dy may be destroyed
   */
  void backward(float[] dy, int dyo, float[] dx, int dxo);
}
