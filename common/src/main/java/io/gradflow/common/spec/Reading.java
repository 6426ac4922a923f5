package io.gradflow.common.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What could be read from a document.
 *
 * @param value the whole, if it has no fault
 * @param parts the components of the whole that could be read, by name
 * @param faults of the document, in the order found
 */
public record Reading<T>(Optional<T> value, Map<String, Object> parts, List<Fault> faults) {
  public Reading {
    parts = Map.copyOf(parts);
    faults = List.copyOf(faults);
  }

  /** A component of the whole, if it could be read. */
  public <P> Optional<P> part(String name, Class<P> type) {
    return Optional.ofNullable(parts.get(name)).map(type::cast);
  }
}
