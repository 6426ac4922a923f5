package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ClassColumn;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NumberText;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A data spec with its columns found in the training table: which raw values to read, what to fit,
 * and the preprocessing that comes of it.
 *
 * @param features in the order of their inputs
 * @param labels the label's columns; empty without a label
 */
record FeaturePlan(
    DataSpec spec, List<Feature> features, List<String> labels, Optional<String> weight) {

  /** A feature and the columns it names; {@code name} is its place in the spec, for messages. */
  record Feature(String name, FeatureSpec spec, List<String> columns) {
    RawGroup group() {
      boolean vector = spec.as() == FeatureSpec.As.VECTOR;
      int width = vector ? spec.shape().map(Shape::size).orElse(0) : columns.size();
      return new RawGroup(columns, vector ? Content.VECTOR : Content.NUMBER, width);
    }

    boolean fitted() {
      return spec.standardize() || spec.minMax();
    }
  }

  /**
   * @throws GradflowException (bad data) if columns are missing or do not make the shapes
   */
  static FeaturePlan of(DataSpec spec, ColumnNames columns) {
    Set<String> unmatched = new HashSet<>();
    spec.label().ifPresent(label -> unmatched.addAll(label.column()));
    spec.weight().ifPresent(weight -> unmatched.add(weight.column()));
    Map<String, List<Feature>> byInput = new LinkedHashMap<>();
    for (int i = 0; i < spec.features().size(); i++) {
      FeatureSpec feature = spec.features().get(i);
      String name = "data.features[" + i + "]";
      List<String> found = columns.find(name + ".columns", feature.columns(), unmatched);
      checkShape(name, feature, found.size());
      byInput
          .computeIfAbsent(feature.input(), key -> new ArrayList<>())
          .add(new Feature(name, feature, found));
    }
    byInput.forEach(FeaturePlan::checkInput);
    List<String> labels =
        spec.label()
            .map(label -> columns.find("data.label.column", label.column(), Set.of()))
            .orElse(List.of());
    Optional<String> weight =
        spec.weight()
            .map(w -> columns.find("data.weight.column", List.of(w.column()), Set.of()).get(0));
    return new FeaturePlan(
        spec, byInput.values().stream().flatMap(List::stream).toList(), labels, weight);
  }

  /** What to read of each row: features, label, weight. */
  List<RawGroup> groups() {
    List<RawGroup> groups = new ArrayList<>();
    features.forEach(feature -> groups.add(feature.group()));
    spec.label()
        .ifPresent(
            label ->
                groups.add(
                    label.as() == LabelSpec.As.CLASS
                        ? new RawGroup(labels, Content.LABEL, 0)
                        : new RawGroup(labels, Content.NUMBER, labels.size())));
    weight.ifPresent(column -> groups.add(new RawGroup(List.of(column), Content.NUMBER, 1)));
    return groups;
  }

  /** What can refuse values before anything is fitted: given classes, at the label's group. */
  List<ColumnEncoder> checks() {
    List<ColumnEncoder> checks = new ArrayList<>(Collections.nCopies(features.size(), null));
    spec.label()
        .filter(label -> !label.classes().isEmpty())
        .ifPresent(label -> checks.add(new ClassColumn(labels.get(0), classes(label.classes()))));
    return checks;
  }

  /** Whether each group is to be fitted to the training rows. */
  boolean[] fitted() {
    boolean[] fitted = new boolean[groups().size()];
    for (int f = 0; f < features.size(); f++) {
      fitted[f] = features.get(f).fitted();
    }
    return fitted;
  }

  /**
   * @param scan of the training source
   * @param moments per group, null where nothing is fitted
   * @throws GradflowException (bad data) if vectors differ in length or there is one class only
   */
  Preprocessing preprocessing(ScanResult scan, Moments[] moments) {
    Map<String, List<Integer>> byInput = new LinkedHashMap<>();
    for (int f = 0; f < features.size(); f++) {
      byInput.computeIfAbsent(features.get(f).spec().input(), key -> new ArrayList<>()).add(f);
    }
    List<FieldEncoder> inputs = new ArrayList<>();
    byInput.forEach(
        (input, members) -> {
          List<ColumnEncoder> parts =
              members.stream().map(f -> numeric(f, scan, moments[f])).toList();
          Shape flat = Shape.of(parts.stream().mapToInt(ColumnEncoder::width).sum());
          Shape shape =
              members.size() > 1 ? flat : features.get(members.get(0)).spec().shape().orElse(flat);
          inputs.add(new FieldEncoder(input, shape, parts));
        });
    List<FieldEncoder> targets = spec.label().stream().map(label -> target(label, scan)).toList();
    return new Preprocessing(inputs, targets, weight);
  }

  private ColumnEncoder numeric(int f, ScanResult scan, Moments moments) {
    Feature feature = features.get(f);
    int width = scan.width(feature.name(), feature.group(), f);
    List<Double> centers = List.of();
    List<Double> factors = feature.spec().scale().map(List::of).orElse(List.of());
    if (feature.spec().standardize()) {
      centers = boxed(width, moments::mean);
      factors = boxed(width, j -> inverse(moments.standardDeviation(j)));
    } else if (feature.spec().minMax()) {
      centers = boxed(width, moments::min);
      factors = boxed(width, j -> inverse(moments.max(j) - moments.min(j)));
    }
    return new NumericColumns(
        feature.columns(), feature.spec().as() == FeatureSpec.As.VECTOR, width, centers, factors);
  }

  /** A constant column has no spread to divide by: it becomes 0. */
  private static double inverse(double spread) {
    return spread > 0 ? 1 / spread : 1;
  }

  private FieldEncoder target(LabelSpec label, ScanResult scan) {
    if (label.as() == LabelSpec.As.NUMBER) {
      int width = labels.size();
      return new FieldEncoder(
          "label",
          Shape.of(width),
          List.of(new NumericColumns(labels, false, width, List.of(), List.of())));
    }
    List<String> classes =
        label.classes().isEmpty() ? scan.classes(labels.get(0)) : classes(label.classes());
    return new FieldEncoder("label", Shape.of(), List.of(new ClassColumn(labels.get(0), classes)));
  }

  private static List<String> classes(List<String> given) {
    return given.stream().map(NumberText::label).toList();
  }

  private static List<Double> boxed(int width, java.util.function.IntToDoubleFunction value) {
    return Stream.iterate(0, j -> j + 1).limit(width).map(j -> value.applyAsDouble(j)).toList();
  }

  private static void checkShape(String name, FeatureSpec feature, int columns) {
    if (feature.as() != FeatureSpec.As.VECTOR
        && feature.shape().isPresent()
        && feature.shape().get().size() != columns) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: shape %s needs %d columns; %s finds %d"
              .formatted(
                  name,
                  feature.shape().get(),
                  feature.shape().get().size(),
                  feature.columns(),
                  columns));
    }
    if (feature.as() == FeatureSpec.As.VECTOR && feature.shape().isPresent() && columns > 1) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: shape is for one vector column; %s finds %d"
              .formatted(name, feature.columns(), columns));
    }
  }

  private static void checkInput(String input, List<Feature> members) {
    for (Feature member : members) {
      if (members.size() > 1 && member.spec().shape().map(Shape::rank).orElse(1) > 1) {
        throw new GradflowException(
            ExitCode.BAD_JOB,
            "%s: shape %s cannot lie beside other features in input %s; give it its own by input: NAME"
                .formatted(member.name(), member.spec().shape().get(), input));
      }
    }
  }
}
