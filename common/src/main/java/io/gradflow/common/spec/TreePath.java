package io.gradflow.common.spec;

import io.gradflow.common.spec.SpecNode.Entry;
import io.gradflow.common.spec.SpecNode.Mapping;
import io.gradflow.common.spec.SpecNode.Scalar;
import io.gradflow.common.spec.SpecNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a document, as a list of keys and indexes. */
final class TreePath {
  private static final Pattern PART = Pattern.compile("([^\\[\\]]+)((?:\\[\\d{1,9}])*)");
  private static final Pattern INDEX = Pattern.compile("\\[(\\d+)]");

  private final List<Object> elements;

  private TreePath(List<Object> elements) {
    this.elements = elements;
  }

  /**
   * Parses {@code a.b[0].c}.
   *
   * @throws IllegalArgumentException if it is no path
   */
  static TreePath parse(String text) {
    List<Object> elements = new ArrayList<>();
    for (String part : text.split("\\.", -1)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is not a path; expected e.g. train.epochs or model.layers[0].dense");
      }
      elements.add(matcher.group(1));
      INDEX
          .matcher(matcher.group(2))
          .results()
          .map(i -> Integer.valueOf(i.group(1)))
          .forEach(elements::add);
    }
    return new TreePath(elements);
  }

  /** How a path of keys and indexes is written. */
  static String text(List<Object> elements) {
    StringBuilder text = new StringBuilder();
    for (Object element : elements) {
      if (element instanceof Integer index) {
        text.append('[').append(index).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(element);
      }
    }
    return text.toString();
  }

  /** Where it is, or where the nearest part of it is that the document has. */
  Location locate(SpecNode root) {
    Location at = root.at();
    SpecNode node = root;
    for (Object element : elements) {
      if (element instanceof String key && node instanceof Mapping mapping) {
        Optional<Entry> entry = mapping.entry(key);
        if (entry.isEmpty()) {
          return at;
        }
        node = entry.get().value();
        at = node instanceof Mapping || node instanceof Sequence ? entry.get().at() : node.at();
      } else if (element instanceof Integer index
          && node instanceof Sequence sequence
          && index < sequence.items().size()) {
        node = sequence.items().get(index);
        at = node.at();
      } else {
        return at;
      }
    }
    return at;
  }

  /**
   * The tree with another node here; null takes it out.
   *
   * @throws IllegalArgumentException if the document has no such place and none can be made
   */
  SpecNode replace(SpecNode root, Location at, SpecNode value) {
    return replace(root, 0, at, value);
  }

  private SpecNode replace(SpecNode node, int depth, Location at, SpecNode value) {
    if (depth == elements.size()) {
      return value;
    }
    if (elements.get(depth) instanceof Integer index) {
      if (!(node instanceof Sequence sequence) || index >= sequence.items().size()) {
        throw new IllegalArgumentException(
            text(elements.subList(0, depth))
                + (node instanceof Sequence sequence
                    ? " has " + sequence.items().size() + " elements; there is no " + index
                    : " is not a list"));
      }
      List<SpecNode> items = new ArrayList<>(sequence.items());
      SpecNode changed = replace(items.get(index), depth + 1, at, value);
      if (changed == null) {
        items.remove((int) index);
      } else {
        items.set(index, changed);
      }
      return new Sequence(node.at(), items);
    }
    String key = (String) elements.get(depth);
    Mapping mapping = mapping(node, depth, at);
    List<Entry> entries = new ArrayList<>(mapping.entries());
    int place = mapping.keys().indexOf(key);
    SpecNode old = place < 0 ? null : entries.get(place).value();
    SpecNode changed = replace(old, depth + 1, at, value);
    if (place >= 0) {
      Location keyAt = depth + 1 == elements.size() ? at : entries.get(place).at();
      if (changed == null) {
        entries.remove(place);
      } else {
        entries.set(place, new Entry(keyAt, key, changed));
      }
    } else if (changed != null) {
      entries.add(new Entry(at, key, changed));
    }
    return new Mapping(mapping.at(), entries);
  }

  /** The map at a place; made where there is none, or where a kind stands alone. */
  private Mapping mapping(SpecNode node, int depth, Location at) {
    if (node instanceof Mapping mapping) {
      return mapping;
    }
    if (node == null || (node instanceof Scalar scalar && scalar.isNull())) {
      return new Mapping(at, List.of());
    }
    // optimizer: adam, set by optimizer.adam.learningRate
    if (node instanceof Scalar kind && kind.text().equals(elements.get(depth))) {
      return new Mapping(
          kind.at(), List.of(new Entry(kind.at(), kind.text(), new Mapping(kind.at(), List.of()))));
    }
    String place = text(elements.subList(0, depth));
    throw new IllegalArgumentException(
        place
            + " is not a map"
            + (node instanceof Scalar scalar ? " but \"" + scalar.text() + "\"" : ""));
  }
}
