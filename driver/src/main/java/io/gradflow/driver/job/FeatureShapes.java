package io.gradflow.driver.job;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.FeatureSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      Shape shape;
      if (features.size() == 1 && features.get(0).shape().isPresent()) {
        shape = features.get(0).shape().get();
      } else {
        int width = 0;
        for (FeatureSpec feature : features) {
          boolean counted =
              feature.as() != FeatureSpec.As.VECTOR
                  && feature.columns().stream().noneMatch(FeatureShapes::isGlob);
          if (feature.shape().isEmpty() && !counted) {
            return Optional.empty();
          }
          width += feature.shape().map(Shape::size).orElse(feature.columns().size());
        }
        shape = Shape.of(width);
      }
      fields.add(new Field(entry.getKey(), shape, Field.Kind.NUMBER, List.of()));
    }
    return Optional.of(fields);
  }
}
