package io.gradflow.common.spec;

import io.gradflow.common.spec.RecordType.Component;
import io.gradflow.common.spec.SpecNode.Mapping;
import io.gradflow.common.spec.SpecNode.Scalar;
import io.gradflow.common.spec.SpecNode.Sequence;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The words of messages: what a type wants, what a node is. */
final class Words {
  private static final int QUOTED = 60;

  private Words() {}

  static String keys(RecordType type) {
    return type.components().stream()
        .map(c -> c.embedded() ? "a " + Types.noun(embeddedType(c)) : c.name())
        .collect(Collectors.joining(", "));
  }

  static Class<?> embeddedType(Component component) {
    Type type = component.type();
    return Types.raw(Types.raw(type) == Deferred.class ? Types.argument(type) : type);
  }

  static String wanted(Type type) {
    Class<?> raw = Types.raw(type);
    if (raw == Optional.class || raw == Deferred.class) {
      return wanted(Types.argument(type));
    }
    if (raw == List.class) {
      return "a list";
    }
    if (raw == Map.class) {
      return "a map";
    }
    if (Types.polymorphic(raw) && Family.of(raw).tag().isPresent()) {
      return "a map with "
          + Family.of(raw).tag().get().key()
          + ": one of "
          + String.join(", ", Family.of(raw).kinds().keySet());
    }
    if (Types.polymorphic(raw)) {
      return "one " + Types.noun(raw) + " of " + String.join(", ", Family.of(raw).kinds().keySet());
    }
    if (raw.isRecord()) {
      RecordType record = RecordType.of(raw);
      return record.inline()
          ? wanted(record.components().get(0).type())
          : "a map with keys " + keys(record);
    }
    if (raw.isEnum()) {
      return "one of "
          + Arrays.stream(raw.getEnumConstants())
              .map(constant -> Types.constant((Enum<?>) constant))
              .collect(Collectors.joining(", "));
    }
    if (Scalars.isWhole(raw)) {
      return "a whole number";
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return "true or false";
    }
    if (raw == String.class) {
      return "text";
    }
    return raw == Duration.class ? "a duration such as 30s" : "a number";
  }

  static String got(SpecNode node) {
    if (node instanceof Scalar scalar) {
      if (scalar.isNull()) {
        return "nothing";
      }
      String text = scalar.text();
      return "\"" + (text.length() > QUOTED ? text.substring(0, QUOTED) + "..." : text) + "\"";
    }
    if (node instanceof Sequence sequence) {
      return "a list of " + sequence.items().size();
    }
    Mapping mapping = (Mapping) node;
    return mapping.entries().isEmpty()
        ? "an empty map"
        : "a map with keys " + String.join(", ", mapping.keys());
  }
}
