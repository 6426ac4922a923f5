package io.gradflow.common.data;

/**
 * Rows of encoded examples, one float array a field, allocated once for the largest batch and
 * refilled every step. Owned by one replica.
 */
public final class MiniBatch {
  private final float[][] inputs;
  private final float[][] targets;
  private final float[] weights;
  private final int maxRows;
  private int rows;

  public MiniBatch(ExampleSchema schema, int maxRows) {
    this.maxRows = maxRows;
    this.inputs =
        schema.inputs().stream()
            .map(field -> new float[Math.multiplyExact(maxRows, field.width())])
            .toArray(float[][]::new);
    this.targets =
        schema.targets().stream()
            .map(field -> new float[Math.multiplyExact(maxRows, field.width())])
            .toArray(float[][]::new);
    this.weights = new float[maxRows];
  }

  /** [maxRows, width of input i], the first {@link #rows()} rows valid. */
  public float[] input(int i) {
    return inputs[i];
  }

  /** [maxRows, width of target i]. */
  public float[] target(int i) {
    return targets[i];
  }

  /** [maxRows] example weights. */
  public float[] weights() {
    return weights;
  }

  public int rows() {
    return rows;
  }

  public int maxRows() {
    return maxRows;
  }

  /** Says how many rows are valid, after they were filled. */
  public void rows(int rows) {
    if (rows < 0 || rows > maxRows) {
      throw new IllegalArgumentException(
          "minibatch of " + rows + " rows; expected 0 to " + maxRows);
    }
    this.rows = rows;
  }
}
