package io.gradflow.common.spec;

import io.gradflow.common.spec.RecordType.Component;
import io.gradflow.common.spec.SpecNode.Entry;
import io.gradflow.common.spec.SpecNode.Mapping;
import io.gradflow.common.spec.SpecNode.Scalar;
import io.gradflow.common.spec.SpecNode.Sequence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One reading of a tree into records: keeps the faults and the path to where it is. */
final class Binder {
  /** In place of what could not be read. */
  private static final Object FAULTY = new Object();

  private final List<Fault> faults;
  private final List<Object> path;
  // What names stand for here, and which values were given by name, by path below `base`.
  private Map<String, Integer> names;
  private Map<List<Object>, String> uses = new HashMap<>();
  private int base;

  /**
   * @param faults added to
   * @param names that stand for numbers
   * @param path of the tree in its document
   */
  Binder(List<Fault> faults, Map<String, Integer> names, List<Object> path) {
    this.faults = faults;
    this.names = names;
    this.path = new ArrayList<>(path);
    this.base = path.size();
  }

  /** The document as a record, and those components that could be read. */
  <T> Reading<T> root(Class<T> type, SpecNode node) {
    Map<String, Object> parts = new LinkedHashMap<>();
    Object value = record(RecordType.of(type), node, parts);
    return new Reading<>(
        value == FAULTY || !faults.isEmpty() ? Optional.empty() : Optional.of(type.cast(value)),
        parts,
        faults);
  }

  /** Any node as any type; {@link #FAULTY} where that failed, with the faults noted. */
  Object bind(Type type, SpecNode node) {
    Class<?> raw = Types.raw(type);
    if (node instanceof Scalar scalar && scalar.isNull()) {
      return fault(node, "no value; expected " + Words.wanted(type));
    }
    if (raw == Optional.class) {
      Object value = bind(Types.argument(type), node);
      return value == FAULTY ? FAULTY : Optional.of(value);
    }
    if (raw == List.class) {
      return list(type, node);
    }
    if (raw == Map.class) {
      return map(type, node);
    }
    if (Types.polymorphic(raw)) {
      return kind(Family.of(raw), node);
    }
    if (raw.isRecord()) {
      return record(RecordType.of(raw), node, new HashMap<>());
    }
    if (!(node instanceof Scalar scalar)) {
      return fault(node, "expected %s, got %s".formatted(Words.wanted(type), Words.got(node)));
    }
    if (Scalars.isWhole(raw) && names.containsKey(scalar.text())) {
      int value = names.get(scalar.text());
      uses.put(List.copyOf(path.subList(base, path.size())), scalar.text());
      return raw == int.class || raw == Integer.class ? (Object) value : (Object) (long) value;
    }
    try {
      return Scalars.read(raw, scalar);
    } catch (Scalars.Unfit e) {
      String names = Scalars.isWhole(raw) ? lateNames() : "";
      return fault(node, e.getMessage() + names);
    }
  }

  private String lateNames() {
    return names.isEmpty()
        ? ""
        : " (or " + names.keySet().stream().sorted().collect(Collectors.joining(", ")) + ")";
  }

  private Object list(Type type, SpecNode node) {
    Type element = Types.argument(type);
    // A scalar is a list of one.
    if (!(node instanceof Sequence) && !(node instanceof Scalar)) {
      return fault(node, "expected %s, got %s".formatted(Words.wanted(type), Words.got(node)));
    }
    List<SpecNode> items = node instanceof Sequence sequence ? sequence.items() : List.of(node);
    List<Object> values = new ArrayList<>();
    boolean faulty = false;
    for (int i = 0; i < items.size(); i++) {
      path.add(i);
      Object value = bind(element, items.get(i));
      path.remove(path.size() - 1);
      faulty |= value == FAULTY;
      values.add(value);
    }
    return faulty ? FAULTY : List.copyOf(values);
  }

  private Object map(Type type, SpecNode node) {
    if (!(node instanceof Mapping mapping)) {
      return fault(node, "expected %s, got %s".formatted(Words.wanted(type), Words.got(node)));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    boolean faulty = false;
    for (Entry entry : mapping.entries()) {
      Object value = child(entry.key(), Types.argument(type), entry.value());
      faulty |= value == FAULTY;
      values.put(entry.key(), value);
    }
    return faulty ? FAULTY : Collections.unmodifiableMap(values);
  }

  private Object child(String name, Type type, SpecNode node) {
    path.add(name);
    Object value = bind(type, node);
    path.remove(path.size() - 1);
    return value;
  }

  private Object record(RecordType type, SpecNode node, Map<String, Object> parts) {
    if (type.inline()) {
      Object value = bind(type.components().get(0).type(), node);
      return value == FAULTY ? FAULTY : construct(type, new Object[] {value}, node);
    }
    Optional<Component> embedded = type.embedded();
    if (embedded.isPresent() && node instanceof Scalar scalar) {
      Entry kind = new Entry(node.at(), scalar.text(), new Mapping(node.at(), List.of()));
      return body(type, new Mapping(node.at(), List.of(kind)), parts);
    }
    if (!(node instanceof Mapping mapping)) {
      return fault(
          node, "expected a map with keys %s, got %s".formatted(Words.keys(type), Words.got(node)));
    }
    return body(type, mapping, parts);
  }

  private Object body(RecordType type, Mapping node, Map<String, Object> parts) {
    List<Entry> others = new ArrayList<>(node.entries());
    Object[] values = new Object[type.components().size()];
    boolean faulty = false;
    int i = 0;
    for (Component component : type.components()) {
      Object value;
      if (component.embedded()) {
        value = embedded(type, component, node, others);
      } else {
        Optional<Entry> entry = node.entry(component.name());
        entry.ifPresent(others::remove);
        value = entry.isPresent() ? component(component, entry.get()) : absent(component, node);
      }
      if (value == FAULTY) {
        faulty = true;
      } else {
        parts.put(component.name(), value);
      }
      values[i++] = value;
    }
    for (Entry other : others) {
      unknown(type, other);
      faulty = true;
    }
    return faulty ? FAULTY : construct(type, values, node);
  }

  private Object component(Component component, Entry entry) {
    path.add(component.name());
    boolean missing = entry.value() instanceof Scalar scalar && scalar.isNull();
    Object value =
        missing && !component.required()
            ? fault(
                entry.value(),
                "no value; expected "
                    + Words.wanted(component.type())
                    + ", or leave the key out for its default")
            : value(component, entry.value());
    path.remove(path.size() - 1);
    return value;
  }

  private Object value(Component component, SpecNode node) {
    return Types.raw(component.type()) == Deferred.class
        ? deferred(component, node)
        : bind(component.type(), node);
  }

  private Object absent(Component component, SpecNode node) {
    if (component.optional()) {
      return Optional.empty();
    }
    if (component.absent().isEmpty()) {
      String doc = component.doc().map(text -> ": " + text).orElse("");
      return fault(node, "required key \"" + component.name() + "\" is missing" + doc);
    }
    List<Fault> wrong = new ArrayList<>();
    Object value =
        new Binder(wrong, Map.of(), List.of()).value(component, component.absent().get());
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("a default is wrong: " + wrong);
    }
    return value;
  }

  /** Takes the kind's key out of what is left of the map. */
  private Object embedded(RecordType type, Component component, Mapping node, List<Entry> others) {
    Type wanted = component.type();
    Class<?> interfaceType =
        Types.raw(Types.raw(wanted) == Deferred.class ? Types.argument(wanted) : wanted);
    Family family = Family.of(interfaceType);
    List<Entry> candidates =
        others.stream().filter(entry -> type.component(entry.key()).isEmpty()).toList();
    Optional<Entry> known =
        candidates.stream()
            .filter(entry -> family.find(entry.key()).isPresent())
            .findFirst()
            .or(() -> candidates.stream().filter(e -> Family.isClassName(e.key())).findFirst())
            .or(() -> candidates.stream().findFirst());
    if (known.isEmpty()) {
      return fault(
          node,
          "no %s named; expected one of %s"
              .formatted(family.noun(), String.join(", ", family.kinds().keySet())));
    }
    others.remove(known.get());
    return value(component, new Mapping(known.get().at(), List.of(known.get())));
  }

  private Object deferred(Component component, SpecNode node) {
    Map<String, Integer> outerNames = names;
    Map<List<Object>, String> outerUses = uses;
    int outerBase = base;
    names = component.late().stream().collect(Collectors.toMap(n -> n, n -> Deferred.PROVISIONAL));
    uses = new HashMap<>();
    // An embedded kind stands beside its neighbours, without a key of its own.
    base = path.size();
    Class<?> type = Types.raw(Types.argument(component.type()));
    Object sample = bind(type, node);
    Object value = sample == FAULTY ? FAULTY : newDeferred(type, sample, node);
    names = outerNames;
    uses = outerUses;
    base = outerBase;
    return value;
  }

  private <T> Deferred<T> newDeferred(Class<T> type, Object sample, SpecNode node) {
    return new Deferred<>(type, type.cast(sample), uses, Optional.of(node), path);
  }

  private Object kind(Family family, SpecNode node) {
    if (family.tag().isPresent()) {
      return tagged(family, family.tag().get(), node);
    }
    if (node instanceof Scalar scalar) {
      Entry entry = new Entry(node.at(), scalar.text(), new Mapping(node.at(), List.of()));
      return kind(family, entry);
    }
    if (node instanceof Mapping mapping && mapping.entries().size() == 1) {
      return kind(family, mapping.entries().get(0));
    }
    return fault(
        node, "expected %s, got %s".formatted(Words.wanted(family.type()), Words.got(node)));
  }

  private Object kind(Family family, Entry entry) {
    Class<?> member;
    try {
      member = family.member(entry.key());
    } catch (IllegalArgumentException e) {
      return fault(entry.at(), e.getMessage());
    }
    path.add(entry.key());
    Object value = member(RecordType.of(member), entry);
    path.remove(path.size() - 1);
    return value;
  }

  /** A map whose kind is the value of one of its keys. */
  private Object tagged(Family family, Tagged tag, SpecNode node) {
    if (!(node instanceof Mapping mapping)) {
      return fault(
          node, "expected %s, got %s".formatted(Words.wanted(family.type()), Words.got(node)));
    }
    Optional<SpecNode> given = mapping.entry(tag.key()).map(Entry::value);
    if (given.isEmpty() && tag.absent().isEmpty()) {
      return fault(node, "required key \"" + tag.key() + "\" is missing: " + tag.doc());
    }
    Class<?> member;
    try {
      member =
          family.member(
              given.map(kind -> kind instanceof Scalar s ? s.text() : "").orElse(tag.absent()));
    } catch (IllegalArgumentException e) {
      path.add(tag.key());
      fault(given.orElse(node), e.getMessage());
      path.remove(path.size() - 1);
      return FAULTY;
    }
    List<Entry> others =
        mapping.entries().stream().filter(other -> !other.key().equals(tag.key())).toList();
    return body(RecordType.of(member), new Mapping(mapping.at(), others), new HashMap<>());
  }

  private Object member(RecordType type, Entry entry) {
    SpecNode node = entry.value();
    if (node instanceof Scalar scalar && scalar.isNull()) {
      return fault(node, "no value; write \"" + entry.key() + "\" alone for its defaults");
    }
    if (node instanceof Mapping mapping && !isFirst(type, mapping)) {
      return body(type, mapping, new HashMap<>());
    }
    if (type.components().isEmpty()) {
      return fault(
          node, "\"%s\" takes no settings, got %s".formatted(entry.key(), Words.got(node)));
    }
    Component first = type.components().get(0);
    return body(
        type,
        new Mapping(entry.at(), List.of(new Entry(node.at(), first.name(), node))),
        new HashMap<>());
  }

  /** Whether a map is not the components but the first one's own kind: activation: {elu: 2}. */
  private static boolean isFirst(RecordType type, Mapping mapping) {
    if (type.components().isEmpty() || mapping.entries().size() != 1) {
      return false;
    }
    Class<?> first = Types.raw(type.components().get(0).type());
    String key = mapping.entries().get(0).key();
    return Types.polymorphic(first)
        && type.component(key).isEmpty()
        && (Family.of(first).find(key).isPresent() || Family.isClassName(key));
  }

  private Object construct(RecordType type, Object[] values, SpecNode node) {
    try {
      return type.construct(values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
        return refused(type, node, cause.getMessage());
      }
      if (cause instanceof RuntimeException) {
        return fault(node, type.type().getName() + " cannot be made: " + cause);
      }
      throw new IllegalStateException(type.type() + " cannot be made", cause);
    }
  }

  /** What a constructor refused: at the component that its message names first, if it names one. */
  private Object refused(RecordType type, SpecNode node, String message) {
    for (String word : message.split("[^A-Za-z0-9_]+", -1)) {
      Optional<Entry> entry =
          node instanceof Mapping mapping && type.component(word).isPresent()
              ? mapping.entry(word)
              : Optional.empty();
      if (entry.isPresent()) {
        path.add(word);
        fault(entry.get().value(), message);
        path.remove(path.size() - 1);
        return FAULTY;
      }
    }
    return fault(node, message);
  }

  private void unknown(RecordType type, Entry entry) {
    if (type.unsupported().contains(entry.key())) {
      fault(entry.at(), "\"" + entry.key() + "\" is not supported by this version; leave it out");
      return;
    }
    List<String> keys =
        type.components().stream().filter(c -> !c.embedded()).map(Component::name).toList();
    fault(
        entry.at(),
        "unknown key \"%s\"; %s%s"
            .formatted(
                entry.key(),
                Suggestion.of(entry.key(), keys),
                keys.isEmpty() ? "none is expected here" : "expected " + Words.keys(type)));
  }

  private Object fault(SpecNode node, String message) {
    return fault(node.at(), message);
  }

  private Object fault(Location at, String message) {
    faults.add(new Fault(at, TreePath.text(path), message));
    return FAULTY;
  }
}
