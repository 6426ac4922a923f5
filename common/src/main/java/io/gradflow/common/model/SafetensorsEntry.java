package io.gradflow.common.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One tensor as the header describes it.
 *
 * @param name unique in the file
 * @param type of its elements
 * @param shape row-major extents; empty for one number
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record SafetensorsEntry(
    String name, SafetensorsType type, List<Long> shape, long begin, long end) {
  public SafetensorsEntry {
    shape = List.copyOf(shape);
  }

  /** The number of elements. */
  public long elements() {
    return (end - begin) / type.bytes();
  }

  /** For messages: {@code F32 [512, 10]}. */
  public String describe() {
    return type + shape.stream().map(String::valueOf).collect(Collectors.joining(", ", " [", "]"));
  }
}
