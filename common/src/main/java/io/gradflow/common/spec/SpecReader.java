package io.gradflow.common.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads documents into spec records.
 *
 * <ul>
 *   <li>A record is a map from component names to values. What is left out takes its {@link
 *       Default}, or is empty if {@link java.util.Optional}, or is missed. Unknown keys are faults.
 *   <li>An interface marked {@link OneOf} is {@code kind}, {@code {kind: value of the first
 *       component}} or {@code {kind: {component: value, ..}}}; a kind with a dot is the class of a
 *       user's own record. Where the interface is {@link Tagged} the kind is a key's value beside
 *       the components.
 *   <li>Scalars are read as the type they are for, never by YAML's guesses: {@code 1e-3} is a
 *       number, {@code no} is a text and not a truth value, {@code 010} is refused.
 *   <li>Enum constants are written in lower camel case; durations as {@code 500ms, 30s, 5min, 2h}.
 *   <li>An {@link IllegalArgumentException} of a record's constructor is a fault of its map.
 * </ul>
 *
 * All faults of a document are found in one go.
 */
public final class SpecReader {
  private SpecReader() {}

  /**
   * Reads a whole document.
   *
   * @throws SpecException with every fault of the document
   */
  public static <T> T read(SpecTree tree, Class<T> type) {
    List<Fault> faults = new ArrayList<>(tree.faults());
    Object value = new Binder(faults, Map.of(), List.of()).bind(type, tree.root());
    if (!faults.isEmpty()) {
      throw new SpecException(faults);
    }
    return type.cast(value);
  }

  /** As {@link #read(SpecTree, Class)}, for YAML text from the source of that name. */
  public static <T> T readYaml(String text, String name, Class<T> type) {
    return read(SpecTree.parseYaml(text, name), type);
  }

  /** As {@link #read(SpecTree, Class)}, for JSON text. */
  public static <T> T readJson(String text, Class<T> type) {
    return readYaml(text, "json", type);
  }

  /** As {@link #read(SpecTree, Class)}, but keeps what could be read where faults were found. */
  public static <T> Reading<T> tryRead(SpecTree tree, Class<T> type) {
    List<Fault> faults = new ArrayList<>(tree.faults());
    Binder binder = new Binder(faults, Map.of(), List.of());
    return binder.root(type, tree.root());
  }
}
