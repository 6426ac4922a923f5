package io.gradflow.common.array;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where every parameter lies in the one flat vector that weights, gradients and optimizer state
 * share. Trainable slices come first, in the order of the network's nodes; statistics follow.
 * Slices are contiguous and without gaps, so the flat vector's bytes are the model.
 */
public final class ParamLayout {
  private final List<ParamSlice> slices;
  private final Map<String, ParamSlice> byName = new LinkedHashMap<>();
  private final int trainableSize;
  private final int size;

  /**
   * @param slices contiguous from 0, trainable ones first
   * @throws IllegalArgumentException if a name repeats, a gap or overlap is found, or a trainable
   *     slice follows a statistic
   */
  public ParamLayout(List<ParamSlice> slices) {
    this.slices = List.copyOf(slices);
    int end = 0;
    int trainable = 0;
    for (ParamSlice slice : this.slices) {
      if (slice.offset() != end) {
        throw new IllegalArgumentException(
            "parameter " + slice.name() + " starts at " + slice.offset() + "; expected " + end);
      }
      end = Math.addExact(end, slice.size());
      if (slice.trainable()) {
        if (trainable != slice.offset()) {
          throw new IllegalArgumentException(
              "trainable parameter " + slice.name() + " follows a statistic");
        }
        trainable = end;
      }
      if (byName.put(slice.name(), slice) != null) {
        throw new IllegalArgumentException("parameter " + slice.name() + " appears twice");
      }
    }
    this.trainableSize = trainable;
    this.size = end;
  }

  public List<ParamSlice> slices() {
    return slices;
  }

  /** Floats in the flat vector, statistics included. */
  public int size() {
    return size;
  }

  /** Floats that the optimizer changes: the first part of the flat vector. */
  public int trainableSize() {
    return trainableSize;
  }

  /**
   * @throws IllegalArgumentException if there is no such parameter, naming those there are
   */
  public ParamSlice slice(String name) {
    ParamSlice slice = byName.get(name);
    if (slice == null) {
      throw new IllegalArgumentException("no parameter " + name + "; there are " + byName.keySet());
    }
    return slice;
  }

  /**
   * The slice that holds element {@code index} of the flat vector: names the culprit of a
   * non-finite value.
   */
  public ParamSlice at(int index) {
    for (ParamSlice slice : slices) {
      if (index >= slice.offset() && index < slice.end()) {
        return slice;
      }
    }
    throw new IndexOutOfBoundsException("element " + index + " of " + size);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParamLayout layout && slices.equals(layout.slices);
  }

  @Override
  public int hashCode() {
    return slices.hashCode();
  }

  @Override
  public String toString() {
    return "ParamLayout" + slices;
  }
}
