package io.gradflow.common.spec;

import io.gradflow.common.spec.RecordType.Component;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A spec record and all that it is made of, as Markdown tables for users. */
public final class SpecMarkdown {
  private final StringBuilder text = new StringBuilder();
  private final Set<Class<?>> described = new LinkedHashSet<>();
  private final Deque<Class<?>> waiting = new ArrayDeque<>();

  private SpecMarkdown() {}

  /** One section a record or kind of spec, in the order in which they come up. */
  public static String of(Class<?> record) {
    SpecMarkdown markdown = new SpecMarkdown();
    markdown.describe(record);
    while (!markdown.waiting.isEmpty()) {
      Class<?> next = markdown.waiting.removeFirst();
      if (Types.polymorphic(next)) {
        markdown.family(Family.of(next));
      } else {
        markdown.section(next);
      }
    }
    return markdown.text.toString();
  }

  private void section(Class<?> record) {
    RecordType type = RecordType.of(record);
    text.append("## ").append(title(record)).append("\n\n");
    type.doc().ifPresent(doc -> text.append(doc).append("\n\n"));
    table(type);
  }

  private void family(Family family) {
    text.append("## ").append(title(family.type())).append("\n\n");
    family
        .tag()
        .ifPresent(
            tag ->
                text.append(
                    "Its kind is the value of `%s`%s. %s\n\n"
                        .formatted(
                            tag.key(),
                            tag.absent().isEmpty() ? "" : ", `" + tag.absent() + "` if left out",
                            tag.doc())));
    String tag = family.tag().map(t -> t.key() + ": ").orElse("");
    family
        .kinds()
        .forEach(
            (kind, member) -> {
              RecordType type = RecordType.of(member);
              text.append("### `").append(tag).append(kind).append("`\n\n");
              type.doc().ifPresent(doc -> text.append(doc).append("\n\n"));
              type.formula().ifPresent(this::formula);
              if (!type.components().isEmpty()) {
                table(type);
              }
            });
  }

  private void formula(Formula formula) {
    text.append("    ").append(formula.value()).append("\n\n");
    if (!formula.shapes().isEmpty()) {
      text.append("Shapes: `").append(formula.shapes()).append("`\n\n");
    }
  }

  private void table(RecordType type) {
    text.append("| Key | Value | If left out | Meaning |\n|---|---|---|---|\n");
    for (Component component : type.components()) {
      String key =
          component.embedded()
              ? "a " + value(component.type()) + "'s kind"
              : "`" + component.name() + "`";
      text.append("| ")
          .append(key)
          .append(" | ")
          .append(component.embedded() ? "its settings" : value(component.type()))
          .append(" | ")
          .append(absent(component))
          .append(" | ")
          .append(component.doc().orElse("").replace("|", "\\|"))
          .append(" |\n");
    }
    text.append('\n');
  }

  private static String absent(Component component) {
    if (component.required()) {
      return "required";
    }
    return component
        .absent()
        .map(node -> node instanceof SpecNode.Scalar scalar ? "`" + scalar.text() + "`" : "empty")
        .orElse("");
  }

  private String value(Type type) {
    Class<?> raw = Types.raw(type);
    if (raw == Optional.class || raw == Deferred.class) {
      return value(Types.argument(type));
    }
    if (raw == List.class) {
      return "list of " + value(Types.argument(type));
    }
    if (raw == Map.class) {
      return "map to " + value(Types.argument(type));
    }
    if (raw.isEnum()) {
      return Arrays.stream(raw.getEnumConstants())
          .map(constant -> "`" + Types.constant((Enum<?>) constant) + "`")
          .collect(Collectors.joining(", "));
    }
    if (raw.isRecord() && RecordType.of(raw).inline()) {
      return value(RecordType.of(raw).components().get(0).type());
    }
    if (raw.isRecord() || Types.polymorphic(raw)) {
      describe(raw);
      String title = title(raw);
      return "[" + title.toLowerCase(Locale.ROOT) + "](#" + anchor(title) + ")";
    }
    if (Scalars.isWhole(raw)) {
      return "whole number";
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return "true, false";
    }
    if (raw == String.class) {
      return "text";
    }
    return raw == Duration.class ? "duration" : "number";
  }

  private void describe(Class<?> type) {
    if (described.add(type)) {
      waiting.addLast(type);
    }
  }

  private static String title(Class<?> type) {
    String noun = Types.noun(type);
    return noun.substring(0, 1).toUpperCase(Locale.ROOT) + noun.substring(1);
  }

  private static String anchor(String title) {
    return title.toLowerCase(Locale.ROOT).replace(' ', '-');
  }
}
