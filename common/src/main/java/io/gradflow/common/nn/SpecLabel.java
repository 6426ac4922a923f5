package io.gradflow.common.nn;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Kind;
import java.lang.reflect.RecordComponent;
import java.util.Optional;

/** Specs in few words, for names and messages. */
final class SpecLabel {
  private SpecLabel() {}

  /** The kind of a spec, or the simple name of a user's own class. */
  static String kind(Object spec) {
    Kind kind = spec.getClass().getAnnotation(Kind.class);
    return kind == null ? spec.getClass().getSimpleName() : kind.value();
  }

  /** The kind and the components that have no default: {@code dense units=10}. */
  static String describe(Object spec) {
    StringBuilder text = new StringBuilder(kind(spec));
    if (spec.getClass().isRecord()) {
      for (RecordComponent component : spec.getClass().getRecordComponents()) {
        if (!component.isAnnotationPresent(Default.class)
            && component.getType() != Optional.class) {
          text.append(' ').append(component.getName()).append('=').append(value(spec, component));
        }
      }
    }
    return text.toString();
  }

  private static String value(Object spec, RecordComponent component) {
    try {
      Object value = component.getAccessor().invoke(spec);
      return value.getClass().isAnnotationPresent(Kind.class) ? kind(value) : value.toString();
    } catch (ReflectiveOperationException e) {
      // A record that is not public: its accessor cannot be called from here.
      return "?";
    }
  }
}
