package io.gradflow.common.array;

/**
 * A place in a float array that is known before the array is: planned by {@link WorkspacePlan}, or
 * attached to a minibatch's arrays each step. Layers keep buffers and read {@link #array()} and
 * {@link #offset()} anew in every pass. Row r starts at {@code offset + r * width}.
 *
 * <p>Owned by one replica and one thread.
 */
public final class Buffer {
  private final int width;
  private float[] array;
  private int offset;

  /** A buffer of rows of {@code width} floats, attached to nothing yet. */
  public Buffer(int width) {
    this.width = width;
  }

  /** Points this buffer at rows that start at {@code offset} of {@code array}. */
  public void attach(float[] array, int offset) {
    this.array = array;
    this.offset = offset;
  }

  public float[] array() {
    return array;
  }

  public int offset() {
    return offset;
  }

  /** Floats a row. */
  public int width() {
    return width;
  }
}
