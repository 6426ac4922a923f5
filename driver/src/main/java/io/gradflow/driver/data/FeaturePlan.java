package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroups;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.feature.FeatureFit;
import io.gradflow.driver.feature.FeatureSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A data spec with its columns found in the training table: which raw values to read, what to fit,
 * and the preprocessing that comes of it.
 *
 * @param features in the order of their inputs
 * @param labels what is predicted, with its columns; empty without a label
 */
record FeaturePlan(
    DataSpec spec, List<Feature> features, List<Label> labels, Optional<String> weight) {

  /** What is predicted under a name, and its columns in the table. */
  record Label(String name, LabelSpec spec, List<String> columns) {}

  /** A feature and the columns it names; {@code name} is its place in the spec, for messages. */
  record Feature(String name, FeatureSpec spec, List<String> columns) {
    RawGroup group() {
      return named(() -> spec.raw(columns));
    }

    FeatureFit fit(int width) {
      return named(() -> spec.fit(columns, width));
    }

    ColumnEncoder encoder(FeatureFit fit) {
      return named(fit::encoder);
    }

    private <T> T named(Supplier<T> part) {
      try {
        return part.get();
      } catch (IllegalArgumentException e) {
        throw new GradflowException(ExitCode.BAD_DATA, name + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * @throws GradflowException (bad data) if columns are missing or do not make the shapes
   */
  static FeaturePlan of(DataSpec spec, ColumnNames columns) {
    Set<String> unmatched = new HashSet<>();
    spec.labels().values().forEach(label -> unmatched.addAll(label.column()));
    spec.weight().ifPresent(weight -> unmatched.add(weight.column()));
    Stream.of(spec.validation(), spec.test())
        .flatMap(Optional::stream)
        .forEach(holdout -> unmatched.addAll(holdout.marks()));
    Map<String, List<Feature>> byInput = new LinkedHashMap<>();
    for (int i = 0; i < spec.features().size(); i++) {
      FeatureSpec feature = spec.features().get(i);
      String name = "data.features[" + i + "]";
      List<String> found = columns.find(name + ".columns", feature.columns(), unmatched);
      new Feature(name, feature, found).group();
      List<Feature> members = byInput.computeIfAbsent(feature.input(), key -> new ArrayList<>());
      if (feature.aColumnAPart()) {
        found.forEach(column -> members.add(new Feature(name, feature, List.of(column))));
      } else {
        members.add(new Feature(name, feature, found));
      }
    }
    byInput.forEach(FeaturePlan::checkInput);
    List<Label> labels = new ArrayList<>();
    spec.labels()
        .forEach(
            (name, label) -> {
              String at = spec.label().isPresent() ? "data.label" : "data.targets." + name;
              List<String> found = columns.find(at + ".column", label.column(), Set.of());
              labels.add(new Label(name, label, found));
            });
    Optional<String> weight =
        spec.weight()
            .map(w -> columns.find("data.weight.column", List.of(w.column()), Set.of()).get(0));
    return new FeaturePlan(
        spec, byInput.values().stream().flatMap(List::stream).toList(), labels, weight);
  }

  /** What to read of each row: features, label, weight. */
  RawGroups groups() {
    List<RawGroup> parts = new ArrayList<>();
    features.forEach(feature -> parts.add(feature.group()));
    labels.forEach(label -> parts.add(label.spec().raw(label.columns())));
    return RawGroups.of(parts, weight);
  }

  /** What can refuse values before anything is fitted, by part; null where nothing can. */
  List<ColumnEncoder> checks() {
    List<ColumnEncoder> checks = new ArrayList<>();
    features.forEach(feature -> checks.add(feature.spec().check(feature.columns()).orElse(null)));
    labels.forEach(label -> checks.add(label.spec().check(label.columns()).orElse(null)));
    return checks;
  }

  /** What learns each feature's encoder from the training rows. */
  List<FeatureFit> fits(ScanResult scan) {
    List<Integer> groups = groups().groupOfPart();
    List<FeatureFit> fits = new ArrayList<>();
    for (int f = 0; f < features.size(); f++) {
      Feature feature = features.get(f);
      fits.add(feature.fit(scan.width(feature.name(), feature.group(), groups.get(f))));
    }
    return fits;
  }

  /**
   * @param scan of the training source
   * @param fits that have seen the training rows
   * @throws GradflowException (bad data) if vectors differ in length or there is one class only
   */
  Preprocessing preprocessing(ScanResult scan, List<FeatureFit> fits) {
    Map<String, List<Integer>> byInput = new LinkedHashMap<>();
    for (int f = 0; f < features.size(); f++) {
      byInput.computeIfAbsent(features.get(f).spec().input(), key -> new ArrayList<>()).add(f);
    }
    List<FieldEncoder> inputs = new ArrayList<>();
    byInput.forEach(
        (input, members) -> {
          List<ColumnEncoder> parts = new ArrayList<>();
          int next = 1;
          for (int f : members) {
            ColumnEncoder part = features.get(f).encoder(fits.get(f)).from(next);
            parts.add(part);
            next += part.classes().size();
          }
          Shape flat = Shape.of(parts.stream().mapToInt(ColumnEncoder::width).sum());
          Feature first = features.get(members.get(0));
          Shape shape = members.size() > 1 ? flat : shape(first).orElse(flat);
          inputs.add(new FieldEncoder(input, shape, parts, spec.float16().contains(input)));
        });
    List<FieldEncoder> targets = new ArrayList<>();
    for (Label label : labels) {
      int group = groups().groupOfPart().get(features.size() + targets.size());
      String column = label.columns().get(0);
      FieldEncoder target =
          label.spec().target(label.columns(), () -> scan.classes(column, group), inputs);
      targets.add(target.named(label.name()));
    }
    return new Preprocessing(inputs, targets, weight, spec.windows(), spec.series());
  }

  private static Optional<Shape> shape(Feature feature) {
    return feature.spec().exampleShape(OptionalInt.of(feature.columns().size()));
  }

  private static void checkInput(String input, List<Feature> members) {
    for (Feature member : members) {
      boolean alone =
          member.spec().alone()
              || member.spec().kind() != members.get(0).spec().kind()
              || shape(member).map(Shape::rank).orElse(1) > 1;
      if (members.size() > 1 && alone) {
        throw new GradflowException(
            ExitCode.BAD_JOB,
            "%s%s cannot lie beside other features in input %s; give it its own by input: NAME"
                .formatted(
                    member.name(),
                    shape(member).map(shape -> ": shape " + shape).orElse(""),
                    input));
      }
    }
  }
}
