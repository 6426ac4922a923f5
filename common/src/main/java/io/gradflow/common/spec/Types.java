package io.gradflow.common.spec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Locale;

/** Types of components, and the words for them. */
final class Types {
  private Types() {}

  static Class<?> raw(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  /** The type within, as Integer in {@code List<Integer>} and {@code Map<String, Integer>}. */
  static Type argument(Type type) {
    Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
    return arguments[arguments.length - 1];
  }

  static boolean polymorphic(Class<?> type) {
    return type.isInterface() && type.isAnnotationPresent(OneOf.class);
  }

  /** How a constant is written: GLOBAL_NORM as globalNorm. */
  static String constant(Enum<?> constant) {
    StringBuilder text = new StringBuilder();
    for (String word : constant.name().split("_", -1)) {
      text.append(text.isEmpty() ? "" : word.substring(0, 1))
          .append(
              text.isEmpty()
                  ? word.toLowerCase(Locale.ROOT)
                  : word.substring(1).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }

  /** A class in words: {@code LossSpec} as loss, {@code SourceFormat} as source format. */
  static String noun(Class<?> type) {
    String name = type.getSimpleName().replaceAll("(Spec|Section)$", "");
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
