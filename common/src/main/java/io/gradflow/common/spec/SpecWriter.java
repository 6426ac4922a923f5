package io.gradflow.common.spec;

import io.gradflow.common.spec.RecordType.Component;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes spec records as the documents that {@link SpecReader} reads back equal: every default
 * written out, keys in the order of the components, keys of maps sorted, floats with the digits
 * that give back the same bits.
 */
public final class SpecWriter {
  private SpecWriter() {}

  /**
   * Plain values: maps, lists, texts, numbers, truth values.
   *
   * @throws IllegalArgumentException if a number is not finite, as documents have no word for it
   */
  public static Object toTree(Object record) {
    return record(RecordType.of(record.getClass()), record);
  }

  /** As {@link #toTree(Object)}, for a spec of a polymorphic type: with its kind. */
  public static Object toTree(Object spec, Class<?> family) {
    return value(family, spec);
  }

  /** Plain values or a record, as JSON. */
  public static String toJson(Object value) {
    return JsonText.of(value instanceof Record ? toTree(value) : value);
  }

  /** Plain values or a record, as YAML. */
  public static String toYaml(Object value) {
    return YamlText.of(value instanceof Record ? toTree(value) : value);
  }

  private static Object value(Type type, Object value) {
    Class<?> raw = Types.raw(type);
    if (raw == Optional.class) {
      return value(Types.argument(type), ((Optional<?>) value).orElseThrow());
    }
    if (raw == Deferred.class) {
      return deferred((Deferred<?>) value);
    }
    if (raw == List.class) {
      Type element = Types.argument(type);
      List<Object> items = new ArrayList<>();
      ((List<?>) value).forEach(item -> items.add(value(element, item)));
      return items;
    }
    if (raw == Map.class) {
      Type element = Types.argument(type);
      Map<String, Object> entries = new TreeMap<>();
      ((Map<?, ?>) value).forEach((key, entry) -> entries.put((String) key, value(element, entry)));
      return entries;
    }
    if (Types.polymorphic(raw)) {
      RecordType member = RecordType.of(value.getClass());
      String kind = Family.of(raw).name(value);
      Optional<Tagged> tag = Family.of(raw).tag();
      if (tag.isPresent()) {
        Map<String, Object> map = new LinkedHashMap<>(Map.of(tag.get().key(), kind));
        map.putAll(map(member, value));
        return map;
      }
      return member.components().isEmpty()
          ? kind
          : new LinkedHashMap<>(Map.of(kind, map(member, value)));
    }
    if (raw.isRecord()) {
      return record(RecordType.of(raw), value);
    }
    if ((value instanceof Double number && !Double.isFinite(number))
        || (value instanceof Float real && !Float.isFinite(real))) {
      throw new IllegalArgumentException("number " + value + " cannot be written; expected finite");
    }
    if (value instanceof Enum<?> constant) {
      return Types.constant(constant);
    }
    return value instanceof Duration duration ? Scalars.text(duration) : value;
  }

  private static Object record(RecordType type, Object record) {
    if (type.inline()) {
      Component only = type.components().get(0);
      return value(only.type(), only.of(record));
    }
    Map<String, Object> map = map(type, record);
    Optional<Component> embedded = type.embedded();
    if (embedded.isPresent()
        && map.size() == 1
        && map.values().iterator().next() instanceof Map<?, ?> body
        && body.isEmpty()) {
      return map.keySet().iterator().next();
    }
    return map;
  }

  private static Map<String, Object> map(RecordType type, Object record) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Component component : type.components()) {
      Object value = component.of(record);
      if (component.embedded()) {
        Object kind = value(component.type(), value);
        if (kind instanceof Map<?, ?> body) {
          body.forEach((key, entry) -> map.put((String) key, entry));
        } else {
          map.put((String) kind, Map.of());
        }
      } else if (!(value instanceof Optional<?> optional && optional.isEmpty())) {
        map.put(component.name(), value(component.type(), value));
      }
    }
    return map;
  }

  /** The sample's tree, with the names where they stand. */
  private static Object deferred(Deferred<?> deferred) {
    Object tree = value(deferred.type(), deferred.sample());
    deferred.uses().forEach((path, name) -> put(tree, path, name));
    return tree;
  }

  @SuppressWarnings("unchecked") // Trees made above hold these types only.
  private static void put(Object tree, List<Object> path, String name) {
    Object element = path.get(0);
    boolean last = path.size() == 1;
    if (element instanceof Integer index) {
      List<Object> list = (List<Object>) tree;
      if (last) {
        list.set(index, name);
      } else {
        put(list.get(index), path.subList(1, path.size()), name);
      }
    } else {
      Map<String, Object> map = (Map<String, Object>) tree;
      if (last) {
        map.put((String) element, name);
      } else {
        put(map.get(element), path.subList(1, path.size()), name);
      }
    }
  }
}
