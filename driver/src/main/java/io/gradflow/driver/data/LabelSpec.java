package io.gradflow.driver.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;

/**
 * What the network learns to predict.
 *
 * @param column one name or glob, or several for several numbers
 * @param as a class or numbers
 * @param classes the classes in index order; those found in the training source, sorted, if empty
 */
@Doc("What the network learns to predict.")
public record LabelSpec(
    @Doc("Its column, or several for several numbers.") List<String> column,
    @Doc("class: a label, text or number. number: what to regress on.") As as,
    @Doc("The classes in index order; found in the training data unless given.") @Default("[]")
        List<String> classes) {
  /** What a label is. */
  public enum As {
    CLASS,
    NUMBER
  }

  public LabelSpec {
    column = List.copyOf(column);
    classes = List.copyOf(classes);
    if (column.isEmpty()) {
      throw new IllegalArgumentException("column is empty");
    }
    if (as == As.CLASS && column.size() != 1) {
      throw new IllegalArgumentException("a class label has one column, not " + column.size());
    }
    if (as == As.NUMBER && !classes.isEmpty()) {
      throw new IllegalArgumentException("classes are for as: class");
    }
    if (classes.size() == 1 || classes.stream().distinct().count() != classes.size()) {
      throw new IllegalArgumentException(
          "classes " + classes + "; expected two or more, each once");
    }
  }

  public static LabelSpec classes(String column) {
    return new LabelSpec(List.of(column), As.CLASS, List.of());
  }

  public static LabelSpec numbers(String... columns) {
    return new LabelSpec(List.of(columns), As.NUMBER, List.of());
  }
}
