package io.gradflow.common.spec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What reflection says about a spec record. */
final class RecordType {
  /**
   * A component.
   *
   * @param absent what it is when left out, as parsed YAML; none if it is required or optional
   * @param late names that may stand for numbers within it
   */
  record Component(
      String name,
      Type type,
      Optional<SpecNode> absent,
      Optional<String> doc,
      boolean embedded,
      List<String> late,
      Method accessor) {
    boolean optional() {
      return Types.raw(type) == Optional.class;
    }

    boolean required() {
      return absent.isEmpty() && !optional();
    }

    Object of(Object owner) {
      try {
        return accessor.invoke(owner);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(accessor + " failed", e);
      }
    }
  }

  private static final ClassValue<RecordType> ALL =
      new ClassValue<>() {
        @Override
        protected RecordType computeValue(Class<?> type) {
          return new RecordType(type);
        }
      };

  private final Class<?> type;
  private final Constructor<?> constructor;
  private final List<Component> components;

  private RecordType(Class<?> type) {
    this.type = type;
    RecordComponent[] parts = type.getRecordComponents();
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type + " has no canonical constructor", e);
    }
    constructor.setAccessible(true);
    List<Component> all = new ArrayList<>();
    for (RecordComponent part : parts) {
      part.getAccessor().setAccessible(true);
      all.add(
          new Component(
              part.getName(),
              part.getGenericType(),
              annotation(part, Default.class).map(text -> yaml(type, part, text.value())),
              annotation(part, Doc.class).map(Doc::value),
              part.isAnnotationPresent(Embedded.class),
              annotation(part, Late.class).map(late -> List.of(late.value())).orElse(List.of()),
              part.getAccessor()));
    }
    this.components = List.copyOf(all);
  }

  static RecordType of(Class<?> type) {
    return ALL.get(type);
  }

  Class<?> type() {
    return type;
  }

  List<Component> components() {
    return components;
  }

  Optional<Component> component(String name) {
    return components.stream().filter(component -> component.name().equals(name)).findFirst();
  }

  Optional<Component> embedded() {
    return components.stream().filter(Component::embedded).findFirst();
  }

  boolean inline() {
    return type.isAnnotationPresent(Inline.class);
  }

  Optional<String> doc() {
    return Optional.ofNullable(type.getAnnotation(Doc.class)).map(Doc::value);
  }

  /** What it computes, for the reference pages. */
  Optional<Formula> formula() {
    return Optional.ofNullable(type.getAnnotation(Formula.class));
  }

  /** Keys that are known but refused. */
  List<String> unsupported() {
    Unsupported unsupported = type.getAnnotation(Unsupported.class);
    return unsupported == null ? List.of() : List.of(unsupported.value());
  }

  /** Calls the canonical constructor; what it throws comes as the cause. */
  Object construct(Object[] values) throws InvocationTargetException {
    try {
      return constructor.newInstance(values);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(constructor + " failed", e);
    }
  }

  private static <A extends java.lang.annotation.Annotation> Optional<A> annotation(
      RecordComponent part, Class<A> type) {
    return Optional.ofNullable(part.getAnnotation(type));
  }

  private static SpecNode yaml(Class<?> type, RecordComponent part, String text) {
    return SpecTree.parseYaml(text, "default of " + type.getName() + "." + part.getName()).root();
  }
}
