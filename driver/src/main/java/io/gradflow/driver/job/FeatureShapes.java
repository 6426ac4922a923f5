package io.gradflow.driver.job;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.feature.FeatureSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What a job file alone tells of the network's inputs. */
final class FeatureShapes {
  private FeatureShapes() {}

  static boolean isGlob(String column) {
    return column.indexOf('*') >= 0 || column.indexOf('?') >= 0;
  }

  static Set<String> inputNames(DataSpec data) {
    return new TreeSet<>(data.features().stream().map(FeatureSpec::input).toList());
  }

  /** The inputs in order, if none depends on what columns the data has. */
  static Optional<List<Field>> inputs(DataSpec data) {
    Map<String, List<FeatureSpec>> byInput = new LinkedHashMap<>();
    data.features().forEach(f -> byInput.computeIfAbsent(f.input(), i -> new ArrayList<>()).add(f));
    List<Field> fields = new ArrayList<>();
    for (Map.Entry<String, List<FeatureSpec>> entry : byInput.entrySet()) {
      List<FeatureSpec> features = entry.getValue();
      int width = 0;
      Optional<Shape> shape = Optional.empty();
      for (FeatureSpec feature : features) {
        boolean glob = feature.columns().stream().anyMatch(FeatureShapes::isGlob);
        shape =
            feature.exampleShape(
                glob ? OptionalInt.empty() : OptionalInt.of(feature.columns().size()));
        if (shape.isEmpty()) {
          return Optional.empty();
        }
        width += shape.get().size();
      }
      fields.add(
          new Field(
              entry.getKey(),
              features.size() == 1 ? shape.get() : Shape.of(width),
              features.get(0).kind(),
              List.of()));
    }
    return Optional.of(fields);
  }
}
