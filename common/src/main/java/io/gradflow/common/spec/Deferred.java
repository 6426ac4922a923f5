package io.gradflow.common.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A spec in which names may stand for numbers that are not known yet. Everything about it that does
 * not depend on them has been checked.
 *
 * @param <T> the spec
 */
public final class Deferred<T> {
  /** What every name stands for until it is known: the spec must be buildable to be checked. */
  public static final int PROVISIONAL = 2;

  private final Class<T> type;
  private final T sample;
  private final Map<List<Object>, String> names;
  private final Optional<SpecNode> source;
  private final List<Object> path;

  /**
   * @param path of the spec in its document
   */
  Deferred(
      Class<T> type,
      T sample,
      Map<List<Object>, String> names,
      Optional<SpecNode> source,
      List<Object> path) {
    this.type = type;
    this.sample = sample;
    this.names = Map.copyOf(names);
    this.source = source;
    this.path = List.copyOf(path);
  }

  /** A spec without names. */
  public static <T> Deferred<T> of(Class<T> type, T value) {
    return new Deferred<>(type, value, Map.of(), Optional.empty(), List.of());
  }

  /** The spec with a small number in place of every name: for checks that no number changes. */
  public T sample() {
    return sample;
  }

  /** The names that it uses. */
  public List<String> names() {
    return names.values().stream().distinct().sorted().toList();
  }

  /** The spec's place in its document, e.g. {@code model.layers[2]}; empty for a whole one. */
  public String path() {
    return TreePath.text(path);
  }

  /** Where it was written. */
  public Optional<Location> at() {
    return source.map(SpecNode::at);
  }

  /**
   * The spec with numbers for the names.
   *
   * @throws SpecException if a number does not fit, or a name has none
   */
  public T resolve(Map<String, Integer> values) {
    if (names.isEmpty()) {
      return sample;
    }
    List<Fault> faults = new ArrayList<>();
    Object value = new Binder(faults, values, path).bind(type, source.orElseThrow());
    if (!faults.isEmpty()) {
      throw new SpecException(faults);
    }
    return type.cast(value);
  }

  /** The names by the path of what they stand for, below the spec's own canonical tree. */
  Map<List<Object>, String> uses() {
    return names;
  }

  Class<T> type() {
    return type;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Deferred<?> deferred
        && type == deferred.type
        && sample.equals(deferred.sample)
        && names.equals(deferred.names);
  }

  @Override
  public int hashCode() {
    return 31 * sample.hashCode() + names.hashCode();
  }

  @Override
  public String toString() {
    return names.isEmpty() ? sample.toString() : sample + " with " + names;
  }
}
