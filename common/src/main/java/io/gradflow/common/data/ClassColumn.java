package io.gradflow.common.data;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A class label to its index.
 *
 * @param column that holds it
 * @param classes the labels in index order, spelled as {@link NumberText#label} spells them
 */
@Kind("class")
@Doc("A class label, as its index among the classes.")
public record ClassColumn(String column, List<String> classes) implements ColumnEncoder {
  public ClassColumn {
    classes = List.copyOf(classes);
    if (classes.isEmpty() || classes.stream().distinct().count() != classes.size()) {
      throw new IllegalArgumentException(
          "column " + column + ": classes " + classes + "; expected at least one, each once");
    }
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(List.of(column), RawGroup.Content.LABEL, 0);
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public Field.Kind kind() {
    return Field.Kind.CLASS;
  }

  @Override
  public Bound bind() {
    Map<String, Integer> indices = new HashMap<>();
    for (String label : classes) {
      indices.put(label, indices.size());
    }
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        return indices.containsKey(values.text())
            ? null
            : "column %s: unknown class %s; the training data has %d classes"
                .formatted(column, RawValues.quoted(values.text()), indices.size());
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        to[offset] = indices.get(values.text());
      }
    };
  }
}
