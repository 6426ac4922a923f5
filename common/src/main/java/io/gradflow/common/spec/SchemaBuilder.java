package io.gradflow.common.spec;

import io.gradflow.common.spec.RecordType.Component;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds one schema: types become definitions, each made once. */
final class SchemaBuilder {
  private static final String DOTTED = "\\.";

  private final Map<String, Object> definitions = new LinkedHashMap<>();
  // Names that may stand for whole numbers in what is being described.
  private List<String> late = List.of();

  Map<String, Object> document(Class<?> type) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    RecordType.of(type).doc().ifPresent(doc -> document.put("description", doc));
    document.put("$ref", schema(type).get("$ref"));
    document.put("$defs", definitions);
    return document;
  }

  private Map<String, Object> schema(Type type) {
    Class<?> raw = Types.raw(type);
    if (raw == Optional.class) {
      return schema(Types.argument(type));
    }
    if (raw == List.class) {
      return list(schema(Types.argument(type)));
    }
    if (raw == Map.class) {
      return map("type", "object", "additionalProperties", schema(Types.argument(type)));
    }
    if (Types.polymorphic(raw)) {
      return definition(raw, definition -> family(definition, Family.of(raw)));
    }
    if (raw.isRecord()) {
      RecordType record = RecordType.of(raw);
      return record.inline()
          ? schema(record.components().get(0).type())
          : definition(raw, definition -> definition.putAll(record(record)));
    }
    return scalar(raw);
  }

  private Map<String, Object> scalar(Class<?> type) {
    if (type == String.class) {
      // Numbers and truth values are read as the text they are written as.
      return map("type", List.of("string", "number", "boolean"));
    }
    if (type == boolean.class || type == Boolean.class) {
      return map("type", "boolean");
    }
    if (type.isEnum()) {
      return map(
          "enum",
          Arrays.stream(type.getEnumConstants())
              .map(constant -> Types.constant((Enum<?>) constant))
              .toList());
    }
    if (type == Duration.class) {
      return map("type", "string", "pattern", "^\\d{1,12}\\s*(ms|s|min|h|d)$");
    }
    if (Scalars.isWhole(type)) {
      Map<String, Object> whole = map("type", "integer");
      if (type == int.class || type == Integer.class) {
        whole.put("minimum", Integer.MIN_VALUE);
        whole.put("maximum", Integer.MAX_VALUE);
      }
      return late.isEmpty() ? whole : map("anyOf", List.of(whole, map("enum", late)));
    }
    return map("type", "number");
  }

  /** A list; a scalar alone is a list of one. */
  private static Map<String, Object> list(Map<String, Object> item) {
    Map<String, Object> alone =
        map("allOf", List.of(item, map("type", List.of("string", "number", "boolean"))));
    return map("anyOf", List.of(map("type", "array", "items", item), alone));
  }

  private Map<String, Object> component(Component component) {
    List<String> outer = late;
    Type type = component.type();
    if (Types.raw(type) == Deferred.class) {
      late = component.late();
      type = Types.argument(type);
    }
    Map<String, Object> schema = new LinkedHashMap<>(schema(type));
    late = outer;
    component.doc().ifPresent(doc -> schema.put("description", doc));
    component.absent().ifPresent(node -> schema.put("default", plain(node)));
    return schema;
  }

  private Map<String, Object> record(RecordType type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    Map<String, Object> schema = map("type", "object");
    type.doc().ifPresent(doc -> schema.put("description", doc));
    schema.put("properties", properties);
    Optional<Component> embedded = type.embedded();
    for (Component component : type.components()) {
      if (!component.embedded()) {
        properties.put(component.name(), component(component));
        if (component.required()) {
          required.add(component.name());
        }
      }
    }
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("additionalProperties", false);
    return embedded.isEmpty() ? schema : withKind(schema, properties, embedded.get());
  }

  /** The kind's key beside the others, or the kind alone. */
  private Map<String, Object> withKind(
      Map<String, Object> schema, Map<String, Object> properties, Component component) {
    List<String> outer = late;
    Type type = component.type();
    if (Types.raw(type) == Deferred.class) {
      late = component.late();
      type = Types.argument(type);
    }
    Family family = Family.of(Types.raw(type));
    List<Object> one = new ArrayList<>();
    family
        .kinds()
        .forEach(
            (kind, member) -> {
              properties.put(kind, member(RecordType.of(member)));
              one.add(map("required", List.of(kind)));
            });
    Map<String, Object> withoutDot = map("propertyNames", map("not", map("pattern", DOTTED)));
    one.add(map("not", map("anyOf", Stream.concat(one.stream(), Stream.of(withoutDot)).toList())));
    schema.put("patternProperties", map(DOTTED, true));
    schema.put("oneOf", one);
    boolean others = schema.containsKey("required");
    Map<String, Object> result = others ? schema : map("anyOf", List.of(alone(family), schema));
    late = outer;
    return result;
  }

  private void family(Map<String, Object> definition, Family family) {
    if (family.tag().isPresent()) {
      tagged(definition, family, family.tag().get());
      return;
    }
    List<Object> forms = new ArrayList<>();
    forms.add(alone(family));
    family
        .kinds()
        .forEach(
            (kind, member) ->
                forms.add(
                    map(
                        "type",
                        "object",
                        "properties",
                        map(kind, member(RecordType.of(member))),
                        "required",
                        List.of(kind),
                        "additionalProperties",
                        false)));
    forms.add(
        map(
            "type",
            "object",
            "patternProperties",
            map(DOTTED, true),
            "minProperties",
            1,
            "maxProperties",
            1,
            "additionalProperties",
            false));
    definition.put("oneOf", forms);
  }

  /** One form a kind, told apart by the value of the tag's key. */
  private void tagged(Map<String, Object> definition, Family family, Tagged tag) {
    List<Object> forms = new ArrayList<>();
    family
        .kinds()
        .forEach(
            (kind, member) -> {
              Map<String, Object> form = record(RecordType.of(member));
              Map<String, Object> properties = new LinkedHashMap<>();
              properties.put(tag.key(), map("const", kind, "description", tag.doc()));
              properties.putAll(entries(form.get("properties")));
              form.put("properties", properties);
              if (!kind.equals(tag.absent())) {
                List<Object> required = new ArrayList<>(List.of(tag.key()));
                required.addAll((List<?>) form.getOrDefault("required", List.of()));
                form.put("required", required);
              }
              forms.add(form);
            });
    forms.add(
        map(
            "type",
            "object",
            "properties",
            map(tag.key(), map("type", "string", "pattern", DOTTED)),
            "required",
            List.of(tag.key())));
    definition.put("oneOf", forms);
  }

  private static Map<String, Object> entries(Object properties) {
    Map<String, Object> entries = new LinkedHashMap<>();
    ((Map<?, ?>) properties).forEach((key, value) -> entries.put((String) key, value));
    return entries;
  }

  /** A kind without settings, or a user's class. */
  private static Map<String, Object> alone(Family family) {
    List<String> kinds =
        family.kinds().entrySet().stream()
            .filter(
                entry ->
                    RecordType.of(entry.getValue()).components().stream()
                        .noneMatch(Component::required))
            .map(Map.Entry::getKey)
            .toList();
    Map<String, Object> userClass = map("type", "string", "pattern", DOTTED);
    return kinds.isEmpty() ? userClass : map("anyOf", List.of(map("enum", kinds), userClass));
  }

  /**
   * What stands after a kind: its components, or the first of them where the rest may be left out.
   */
  private Map<String, Object> member(RecordType type) {
    Map<String, Object> body = schema(type.type());
    if (type.components().isEmpty()
        || type.components().stream().skip(1).anyMatch(Component::required)) {
      return body;
    }
    return map("anyOf", List.of(body, component(type.components().get(0))));
  }

  private interface Filler {
    void fill(Map<String, Object> definition);
  }

  private Map<String, Object> definition(Class<?> type, Filler filler) {
    String nested = type.getName().substring(type.getPackageName().length() + 1);
    String name = nested.replace('$', '.') + (late.isEmpty() ? "" : "With" + String.join("", late));
    Map<String, Object> definition = new LinkedHashMap<>();
    if (definitions.putIfAbsent(name, definition) == null) {
      filler.fill(definition);
    }
    return map("$ref", "#/$defs/" + name);
  }

  private static Object plain(SpecNode node) {
    if (node instanceof SpecNode.Sequence sequence) {
      return sequence.items().stream().map(SchemaBuilder::plain).toList();
    }
    if (node instanceof SpecNode.Mapping mapping) {
      Map<String, Object> map = new LinkedHashMap<>();
      mapping.entries().forEach(entry -> map.put(entry.key(), plain(entry.value())));
      return map;
    }
    SpecNode.Scalar scalar = (SpecNode.Scalar) node;
    if (scalar.quoted()) {
      return scalar.text();
    }
    if (scalar.text().equals("true") || scalar.text().equals("false")) {
      return Boolean.valueOf(scalar.text());
    }
    try {
      return new BigDecimal(scalar.text());
    } catch (NumberFormatException e) {
      return scalar.text();
    }
  }

  private static Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }
}
