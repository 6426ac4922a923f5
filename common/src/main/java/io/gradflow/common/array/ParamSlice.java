package io.gradflow.common.array;

/**
 * One named parameter's place in the flat vector.
 *
 * @param name {@code node/parameter}, e.g. {@code dense_1/kernel}
 * @param shape its extents, row-major
 * @param offset index of its first float in the flat vector
 * @param trainable whether the optimizer changes it; otherwise it is frozen, or a statistic that
 *     layers keep (batch normalisation): the flat gradient carries the sum over rows of its change
 */
public record ParamSlice(String name, Shape shape, int offset, boolean trainable) {
  /** The number of floats. */
  public int size() {
    return shape.size();
  }

  /** The index after its last float. */
  public int end() {
    return offset + size();
  }
}
