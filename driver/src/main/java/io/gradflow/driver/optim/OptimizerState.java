package io.gradflow.driver.optim;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Named flat arrays that transforms keep between steps; what a checkpoint saves. */
public final class OptimizerState {
  private final SortedMap<String, float[]> arrays = new TreeMap<>();

  /**
   * A new array of zeros under a name of its own.
   *
   * @param name {@code transform/array}, e.g. {@code adam/m}
   * @throws IllegalArgumentException if the name is taken: two transforms of one kind in a chain
   */
  public float[] zeros(String name, int length) {
    float[] array = new float[length];
    if (arrays.putIfAbsent(name, array) != null) {
      throw new IllegalArgumentException("optimizer state " + name + " is asked for twice");
    }
    return array;
  }

  /** The arrays themselves, not copies, by name. */
  public SortedMap<String, float[]> arrays() {
    return Collections.unmodifiableSortedMap(arrays);
  }
}
