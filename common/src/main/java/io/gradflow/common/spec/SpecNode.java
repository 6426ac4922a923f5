package io.gradflow.common.spec;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A document as a tree in which every value knows where it was written. Immutable. */
public sealed interface SpecNode {
  Location at();

  /**
   * Text, not interpreted: what it means depends on the type it is read as, never on YAML's own
   * rules ({@code no} is text where text is expected).
   *
   * @param quoted whether the document quotes it, so that it can only be text
   */
  record Scalar(Location at, String text, boolean quoted) implements SpecNode {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    /** Whether nothing was written, or one of YAML's words for nothing. */
    public boolean isNull() {
      return !quoted && NULLS.contains(text);
    }
  }

  /** A list. */
  record Sequence(Location at, List<SpecNode> items) implements SpecNode {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A map; keys are unique and in the document's order. */
  record Mapping(Location at, List<Entry> entries) implements SpecNode {
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** The entry of a key. */
    public Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }

    /** The keys, in the document's order. */
    public List<String> keys() {
      return entries.stream().map(Entry::key).toList();
    }
  }

  /**
   * A key and its value.
   *
   * @param at where the key is
   */
  record Entry(Location at, String key, SpecNode value) {}
}
