package io.gradflow.common.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A polymorphic spec: the interface, and the records by their kinds. */
final class Family {
  private static final ClassValue<Family> ALL =
      new ClassValue<>() {
        @Override
        protected Family computeValue(Class<?> type) {
          return new Family(type);
        }
      };

  private final Class<?> type;
  private final Map<String, Class<?>> kinds = new LinkedHashMap<>();

  private Family(Class<?> type) {
    this.type = type;
    for (Class<?> member : type.getAnnotation(OneOf.class).value()) {
      Kind kind = member.getAnnotation(Kind.class);
      if (kind == null || !member.isRecord() || !type.isAssignableFrom(member)) {
        throw new IllegalStateException(
            member + " is listed by " + type + "; expected a record of it with a kind");
      }
      if (kinds.put(kind.value(), member) != null) {
        throw new IllegalStateException(type + " lists two kinds " + kind.value());
      }
    }
  }

  static Family of(Class<?> type) {
    return ALL.get(type);
  }

  Class<?> type() {
    return type;
  }

  /** How the kind is written, if it is a key's value. */
  Optional<Tagged> tag() {
    return Optional.ofNullable(type.getAnnotation(Tagged.class));
  }

  String noun() {
    return Types.noun(type);
  }

  /** The records by kind, in the order of the list. */
  Map<String, Class<?>> kinds() {
    return kinds;
  }

  /** What a record of the family is called: its kind, or a user's record its class. */
  String name(Object member) {
    Class<?> own = member.getClass();
    Kind kind = own.getAnnotation(Kind.class);
    return kind != null && kinds.get(kind.value()) == own ? kind.value() : own.getName();
  }

  /** A listed record. */
  Optional<Class<?>> find(String kind) {
    return Optional.ofNullable(kinds.get(kind));
  }

  /**
   * The record of a kind, or of a user's class.
   *
   * @throws IllegalArgumentException if there is none
   */
  Class<?> member(String kind) {
    if (kinds.containsKey(kind)) {
      return kinds.get(kind);
    }
    if (isClassName(kind)) {
      return load(kind);
    }
    List<String> names = List.copyOf(kinds.keySet());
    throw new IllegalArgumentException(
        "unknown %s \"%s\"; %sexpected one of %s"
            .formatted(noun(), kind, Suggestion.of(kind, names), String.join(", ", names)));
  }

  /** Whether a name is that of a user's class. */
  static boolean isClassName(String kind) {
    return kind.indexOf('.') >= 0;
  }

  /**
   * A user's record. Nothing of the class runs before it is known to be one.
   *
   * @throws IllegalArgumentException if there is none of that name, or it is not of this family
   */
  private Class<?> load(String className) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      Class<?> found =
          Class.forName(className, false, loader == null ? Family.class.getClassLoader() : loader);
      if (!found.isRecord() || !type.isAssignableFrom(found)) {
        throw new IllegalArgumentException(
            "class %s is no %s; expected a record that implements %s"
                .formatted(className, noun(), type.getName()));
      }
      return found;
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalArgumentException(
          "class %s cannot be loaded (%s); expected a record that implements %s on the class path"
              .formatted(className, e, type.getName()),
          e);
    }
  }
}
