package io.gradflow.common.spec;

import io.gradflow.common.spec.RecordType.Component;
import io.gradflow.common.spec.SpecNode.Entry;
import io.gradflow.common.spec.SpecNode.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults of one reading of a tree, and the path to where it stands. */
final class FaultLog {
  /** In place of what could not be read. */
  static final Object FAULTY = new Object();

  private final List<Fault> faults;
  private final List<Object> path;

  /**
   * @param faults added to
   * @param path of the tree in its document
   */
  FaultLog(List<Fault> faults, List<Object> path) {
    this.faults = faults;
    this.path = new ArrayList<>(path);
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  List<Fault> faults() {
    return faults;
  }

  /** Goes down to a key's or an index's value. */
  void enter(Object step) {
    path.add(step);
  }

  /** Goes up again. */
  void leave() {
    path.remove(path.size() - 1);
  }

  /** Elements of the path. */
  int depth() {
    return path.size();
  }

  /** The path from an element on, as it is now. */
  List<Object> pathFrom(int first) {
    return List.copyOf(path.subList(first, path.size()));
  }

  /** Notes a fault; {@link #FAULTY}. */
  Object add(SpecNode node, String message) {
    return add(node.at(), message);
  }

  /** Notes a fault; {@link #FAULTY}. */
  Object add(Location at, String message) {
    faults.add(new Fault(at, TreePath.text(path), message));
    return FAULTY;
  }

  /** What a constructor refused: at the component that its message names first, if it names one. */
  Object addRefused(RecordType type, SpecNode node, String message) {
    for (String word : message.split("[^A-Za-z0-9_]+", -1)) {
      Optional<Entry> entry =
          node instanceof Mapping mapping && type.component(word).isPresent()
              ? mapping.entry(word)
              : Optional.empty();
      if (entry.isPresent()) {
        enter(word);
        add(entry.get().value(), message);
        leave();
        return FAULTY;
      }
    }
    return add(node, message);
  }

  /** A key that a record does not have. */
  void addUnknown(RecordType type, Entry entry) {
    if (type.unsupported().contains(entry.key())) {
      add(entry.at(), "\"" + entry.key() + "\" is not supported by this version; leave it out");
      return;
    }
    List<String> keys =
        type.components().stream().filter(c -> !c.embedded()).map(Component::name).toList();
    add(
        entry.at(),
        "unknown key \"%s\"; %s%s"
            .formatted(
                entry.key(),
                Suggestion.of(entry.key(), keys),
                keys.isEmpty() ? "none is expected here" : "expected " + Words.keys(type)));
  }
}
