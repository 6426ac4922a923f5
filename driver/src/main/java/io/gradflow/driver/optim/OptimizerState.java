package io.gradflow.driver.optim;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

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

  SortedMap<String, float[]> arrays() {
    return Collections.unmodifiableSortedMap(arrays);
  }

  void restore(Map<String, float[]> saved) {
    if (!saved.keySet().equals(arrays.keySet())) {
      throw new IllegalArgumentException(
          "saved optimizer state has "
              + new TreeSet<>(saved.keySet())
              + "; this optimizer keeps "
              + arrays.keySet()
              + "; resume with the optimizer that saved it");
    }
    arrays.forEach(
        (name, array) -> {
          if (saved.get(name).length != array.length) {
            throw new IllegalArgumentException(
                "saved optimizer state "
                    + name
                    + " has "
                    + saved.get(name).length
                    + " floats; expected "
                    + array.length);
          }
        });
    arrays.forEach((name, array) -> System.arraycopy(saved.get(name), 0, array, 0, array.length));
  }
}
