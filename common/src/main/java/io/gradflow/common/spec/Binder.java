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

/** One reading of a tree into records. */
final class Binder {
  /** In place of what could not be read. */
  private static final Object FAULTY = FaultLog.FAULTY;

  private final FaultLog log;
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
    this.log = new FaultLog(faults, path);
    this.names = names;
    this.base = path.size();
  }

  /** The document as a record, and those components that could be read. */
  <T> Reading<T> root(Class<T> type, SpecNode node) {
    Map<String, Object> parts = new LinkedHashMap<>();
    Object value = record(RecordType.of(type), node, parts);
    return new Reading<>(
        value == FAULTY || !log.isEmpty() ? Optional.empty() : Optional.of(type.cast(value)),
        parts,
        log.faults());
  }

  /** Any node as any type; {@link #FAULTY} where that failed, with the faults noted. */
  Object bind(Type type, SpecNode node) {
    Class<?> raw = Types.raw(type);
    if (node instanceof Scalar scalar && scalar.isNull()) {
      return log.add(node, "no value; expected " + Words.wanted(type));
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
      return log.add(node, "expected %s, got %s".formatted(Words.wanted(type), Words.got(node)));
    }
    if (Scalars.isWhole(raw) && names.containsKey(scalar.text())) {
      int value = names.get(scalar.text());
      uses.put(log.pathFrom(base), scalar.text());
      return raw == int.class || raw == Integer.class ? (Object) value : (Object) (long) value;
    }
    try {
      return Scalars.read(raw, scalar);
    } catch (Scalars.Unfit e) {
      String names = Scalars.isWhole(raw) ? lateNames() : "";
      return log.add(node, e.getMessage() + names);
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
      return log.add(node, "expected %s, got %s".formatted(Words.wanted(type), Words.got(node)));
    }
    List<SpecNode> items = node instanceof Sequence sequence ? sequence.items() : List.of(node);
    List<Object> values = new ArrayList<>();
    boolean faulty = false;
    for (int i = 0; i < items.size(); i++) {
      log.enter(i);
      Object value = bind(element, items.get(i));
      log.leave();
      faulty |= value == FAULTY;
      values.add(value);
    }
    return faulty ? FAULTY : List.copyOf(values);
  }

  private Object map(Type type, SpecNode node) {
    if (!(node instanceof Mapping mapping)) {
      return log.add(node, "expected %s, got %s".formatted(Words.wanted(type), Words.got(node)));
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
    log.enter(name);
    Object value = bind(type, node);
    log.leave();
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
      return log.add(
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
      log.addUnknown(type, other);
      faulty = true;
    }
    return faulty ? FAULTY : construct(type, values, node);
  }

  private Object component(Component component, Entry entry) {
    log.enter(component.name());
    boolean missing = entry.value() instanceof Scalar scalar && scalar.isNull();
    Object value =
        missing && !component.required()
            ? log.add(
                entry.value(),
                "no value; expected "
                    + Words.wanted(component.type())
                    + ", or leave the key out for its default")
            : value(component, entry.value());
    log.leave();
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
      return log.add(node, "required key \"" + component.name() + "\" is missing" + doc);
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
      return log.add(
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
    base = log.depth();
    Class<?> type = Types.raw(Types.argument(component.type()));
    Object sample = bind(type, node);
    Object value = sample == FAULTY ? FAULTY : newDeferred(type, sample, node);
    names = outerNames;
    uses = outerUses;
    base = outerBase;
    return value;
  }

  private <T> Deferred<T> newDeferred(Class<T> type, Object sample, SpecNode node) {
    return new Deferred<>(type, type.cast(sample), uses, Optional.of(node), log.pathFrom(0));
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
    return log.add(
        node, "expected %s, got %s".formatted(Words.wanted(family.type()), Words.got(node)));
  }

  private Object kind(Family family, Entry entry) {
    Class<?> member;
    try {
      member = family.member(entry.key());
    } catch (IllegalArgumentException e) {
      return log.add(entry.at(), e.getMessage());
    }
    log.enter(entry.key());
    Object value = member(RecordType.of(member), entry);
    log.leave();
    return value;
  }

  /** A map whose kind is the value of one of its keys. */
  private Object tagged(Family family, Tagged tag, SpecNode node) {
    if (!(node instanceof Mapping mapping)) {
      return log.add(
          node, "expected %s, got %s".formatted(Words.wanted(family.type()), Words.got(node)));
    }
    Optional<SpecNode> given = mapping.entry(tag.key()).map(Entry::value);
    if (given.isEmpty() && tag.absent().isEmpty()) {
      return log.add(node, "required key \"" + tag.key() + "\" is missing: " + tag.doc());
    }
    Class<?> member;
    try {
      member =
          family.member(
              given.map(kind -> kind instanceof Scalar s ? s.text() : "").orElse(tag.absent()));
    } catch (IllegalArgumentException e) {
      log.enter(tag.key());
      log.add(given.orElse(node), e.getMessage());
      log.leave();
      return FAULTY;
    }
    List<Entry> others =
        mapping.entries().stream().filter(other -> !other.key().equals(tag.key())).toList();
    return body(RecordType.of(member), new Mapping(mapping.at(), others), new HashMap<>());
  }

  private Object member(RecordType type, Entry entry) {
    SpecNode node = entry.value();
    if (node instanceof Scalar scalar && scalar.isNull()) {
      return log.add(node, "no value; write \"" + entry.key() + "\" alone for its defaults");
    }
    if (node instanceof Mapping mapping && !isFirst(type, mapping)) {
      return body(type, mapping, new HashMap<>());
    }
    if (type.components().isEmpty()) {
      return log.add(
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
        return log.addRefused(type, node, cause.getMessage());
      }
      if (cause instanceof RuntimeException) {
        return log.add(node, type.type().getName() + " cannot be made: " + cause);
      }
      throw new IllegalStateException(type.type() + " cannot be made", cause);
    }
  }
}
