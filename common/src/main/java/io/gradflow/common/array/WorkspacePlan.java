package io.gradflow.common.array;

import java.util.ArrayList;
import java.util.List;

/**
 * Lays out activations, their gradients and scratch in one float array before it exists. Plan
 * first, then {@link #allocate()} once.
 *
 * <p>Every buffer starts at a multiple of 16 floats (one 64-byte line).
 */
public final class WorkspacePlan {
  private static final int ALIGNMENT = 16;

  private final List<Buffer> buffers = new ArrayList<>();
  private final List<Long> offsets = new ArrayList<>();
  private final int maxRows;
  private long floats;

  /**
   * @param maxRows the largest number of rows a pass will have
   */
  public WorkspacePlan(int maxRows) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("workspace for " + maxRows + " rows; expected at least 1");
    }
    this.maxRows = maxRows;
  }

  public int maxRows() {
    return maxRows;
  }

  /** Reserves {@code maxRows} rows of {@code width} floats. */
  public Buffer rows(int width) {
    return reserve(width, (long) maxRows * width);
  }

  /** Reserves one block of {@code size} floats. */
  public Buffer block(int size) {
    return reserve(size, size);
  }

  /** Floats planned so far, alignment included. */
  public long floats() {
    return floats;
  }

  /**
   * Allocates the one array and attaches every buffer to it.
   *
   * @throws IllegalStateException if the plan exceeds what one Java array holds; fewer rows at once
   *     are the remedy
   */
  public float[] allocate() {
    if (floats > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "workspace of "
              + floats
              + " floats for "
              + maxRows
              + " rows exceeds one array (2^31 floats); use more micro-shards or a smaller batch");
    }
    float[] array = new float[(int) floats];
    for (int i = 0; i < buffers.size(); i++) {
      buffers.get(i).attach(array, (int) (long) offsets.get(i));
    }
    return array;
  }

  private Buffer reserve(int width, long size) {
    Buffer buffer = new Buffer(width);
    buffers.add(buffer);
    offsets.add(floats);
    floats += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return buffer;
  }
}
