package io.gradflow.driver.data;

import io.gradflow.common.augment.AugmentSpec;
import io.gradflow.common.data.SeriesWindows;
import io.gradflow.common.data.TextWindows;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.driver.feature.FeatureSpec;
import io.gradflow.driver.feature.SeriesFeature;
import io.gradflow.driver.feature.TextFeature;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The {@code data} section of a job file. */
@Doc("The data to learn from.")
public record DataSpec(
    @Doc("The rows to train on.") SourceSpec train,
    @Doc("Rows to validate on between epochs.") Optional<HoldoutSpec> validation,
    @Doc("Rows to test on at the end.") Optional<HoldoutSpec> test,
    @Doc("The columns to learn from.") List<FeatureSpec> features,
    @Doc("What to predict.") Optional<LabelSpec> label,
    @Doc("What to predict, by name: several targets in place of a label, for outputs.")
        @Default("{}")
        Map<String, LabelSpec> targets,
    @Doc("Example weights.") Optional<WeightSpec> weight,
    @Doc("What happens to rows that cannot be used: fail, drop, or quarantine: DIRECTORY.")
        @Default("fail")
        OnBadRow onBadRow,
    @Doc("content: by a hash of the values, the same for any files. source: as the files lie.")
        @Default("content")
        RowOrder order,
    @Doc("Random changes of training rows, one after the other.") @Default("[]")
        List<AugmentSpec> augment,
    @Doc(
            "A directory, any Hadoop URI, counted from the current folder: packed rows are kept"
                + " below it, and later runs on the same files with the same preprocessing start"
                + " from them.")
        Optional<String> cache,
    @Doc(
            "Inputs whose numbers are rounded to float16, wherever they are encoded, and packed in"
                + " two bytes each: eleven bits of precision, up to 65504.")
        @Default("[]")
        List<String> float16) {
  /** Rows as they are, with one label, if any. */
  public DataSpec(
      SourceSpec train,
      Optional<HoldoutSpec> validation,
      Optional<HoldoutSpec> test,
      List<FeatureSpec> features,
      Optional<LabelSpec> label,
      Optional<WeightSpec> weight,
      OnBadRow onBadRow,
      RowOrder order) {
    this(
        train,
        validation,
        test,
        features,
        label,
        Map.of(),
        weight,
        onBadRow,
        order,
        List.of(),
        Optional.empty(),
        List.of());
  }

  public DataSpec {
    augment = List.copyOf(augment);
    float16 = List.copyOf(float16);
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("features is empty");
    }
    targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
    if (cache.isPresent()
        && !Stream.of(
                Optional.of(train.format()),
                validation.flatMap(HoldoutSpec::format),
                test.flatMap(HoldoutSpec::format))
            .flatMap(Optional::stream)
            .allMatch(SourceFormat::inFiles)) {
      throw new IllegalArgumentException(
          "cache: only files tell by their listing whether they have changed; the rows of a table"
              + " or a query can be written as parquet first");
    }
    if (label.isPresent() && !targets.isEmpty()) {
      throw new IllegalArgumentException("both label and targets; expected one of them");
    }
    targets.forEach(
        (name, target) -> {
          if (target instanceof ForecastLabel
              || (target instanceof ClassLabel classes && classes.weights().isPresent())) {
            throw new IllegalArgumentException(
                "targets."
                    + name
                    + ": forecasts and class weights are of a label alone, not of several targets");
          }
        });
    for (Map.Entry<String, LabelSpec> target : labels(label, targets).entrySet()) {
      requireFits(target.getKey(), target.getValue(), features);
    }
    for (String input : float16) {
      if (features.stream().noneMatch(feature -> feature.input().equals(input))) {
        throw new IllegalArgumentException(
            "float16: no feature is of input %s; inputs are %s"
                .formatted(input, features.stream().map(FeatureSpec::input).distinct().toList()));
      }
    }
    List<TextFeature> windowed = windowed(features);
    if (windowed.size() > 1) {
      throw new IllegalArgumentException(
          "features: windows of columns %s and %s; expected one text with windows"
              .formatted(windowed.get(0).columns(), windowed.get(1).columns()));
    }
    List<SeriesFeature> series = series(features);
    if (series.size() > 1 || (!series.isEmpty() && !windowed.isEmpty())) {
      throw new IllegalArgumentException(
          "features: a series beside another, or beside text with windows; expected one of them");
    }
    if (series.isEmpty() && label.filter(ForecastLabel.class::isInstance).isPresent()) {
      throw new IllegalArgumentException(
          "label: a forecast needs a feature {as: series, columns: ..., time: ..., history: ...}");
    }
    if (!series.isEmpty()
        && Stream.of(validation, test).flatMap(Optional::stream).anyMatch(HoldoutSpec::random)) {
      throw new IllegalArgumentException(
          "features: examples of a series overlap, and the future would be learned from; hold rows"
              + " out by time: split: 0.2, time: "
              + series.get(0).time());
    }
    double held = share(validation) + share(test);
    if (held >= 1) {
      throw new IllegalArgumentException(
          "validation and test split off " + held + " of the rows; nothing is left to train on");
    }
    if (held > 0 && windowed.stream().anyMatch(text -> text.windows().get().overlap())) {
      throw new IllegalArgumentException(
          "features: windows that overlap cannot be split, or tokens to learn from would be tested"
              + " on; give validation and test a path of their own, or leave stride out");
    }
  }

  /** What to predict, by the name of the target: the one label, or several targets in order. */
  public Map<String, LabelSpec> labels() {
    return labels(label, targets);
  }

  private static Map<String, LabelSpec> labels(
      Optional<LabelSpec> label, Map<String, LabelSpec> targets) {
    return label.map(only -> Map.of(LabelSpec.TARGET, only)).orElse(targets);
  }

  private static void requireFits(String name, LabelSpec label, List<FeatureSpec> features) {
    if (features.stream().anyMatch(feature -> feature.input().equals(name))) {
      throw new IllegalArgumentException(
          "the name %s is an input's and a target's; give the features another by input: NAME"
              .formatted(name));
    }
    if (label instanceof NextTokenLabel next && next.feature(features).isEmpty()) {
      throw new IllegalArgumentException(
          "%s: next tokens of column %s need a feature {columns: %s, as: text}"
              .formatted(name, next.column().get(0), next.column().get(0)));
    }
  }

  /** How texts become rows, if they do. */
  Optional<TextWindows> windows() {
    return windowed(features).stream().findFirst().flatMap(TextFeature::rowWindows);
  }

  private static List<TextFeature> windowed(List<FeatureSpec> features) {
    return features.stream()
        .filter(TextFeature.class::isInstance)
        .map(TextFeature.class::cast)
        .filter(text -> text.windows().isPresent())
        .toList();
  }

  /** How rows of a time series become rows of examples, if there is one. */
  public Optional<SeriesWindows> series() {
    Optional<ForecastLabel> forecast =
        label.filter(ForecastLabel.class::isInstance).map(ForecastLabel.class::cast);
    return series(features).stream()
        .findFirst()
        .map(
            feature ->
                feature.windows(
                    forecast.map(each -> each.column().get(0)),
                    forecast.map(ForecastLabel::horizon).orElse(0)));
  }

  private static List<SeriesFeature> series(List<FeatureSpec> features) {
    return features.stream()
        .filter(SeriesFeature.class::isInstance)
        .map(SeriesFeature.class::cast)
        .toList();
  }

  /** All rows for training, bad ones fail, content order. */
  public static DataSpec of(SourceSpec train, List<FeatureSpec> features, LabelSpec label) {
    return new DataSpec(
        train,
        Optional.empty(),
        Optional.empty(),
        features,
        Optional.of(label),
        Optional.empty(),
        new OnBadRow.Fail(),
        RowOrder.CONTENT);
  }

  /** The same with every source's path mapped: relative paths count from the job file's folder. */
  public DataSpec relocate(UnaryOperator<String> paths) {
    return new DataSpec(
        train.relocate(paths),
        validation.map(holdout -> holdout.relocate(paths)),
        test.map(holdout -> holdout.relocate(paths)),
        features,
        label,
        targets,
        weight,
        onBadRow,
        order,
        augment,
        cache,
        float16);
  }

  /** The same with other held-out rows. */
  public DataSpec withHoldouts(Optional<HoldoutSpec> validation, Optional<HoldoutSpec> test) {
    return new DataSpec(
        train,
        validation,
        test,
        features,
        label,
        targets,
        weight,
        onBadRow,
        order,
        augment,
        cache,
        float16);
  }

  /** The same with another answer to bad rows. */
  public DataSpec withOnBadRow(OnBadRow answer) {
    return new DataSpec(
        train,
        validation,
        test,
        features,
        label,
        targets,
        weight,
        answer,
        order,
        augment,
        cache,
        float16);
  }

  /**
   * What packed rows depend on alone: without changes made later, places of caches and of bad rows.
   */
  DataSpec asPacked() {
    return new DataSpec(
        train,
        validation,
        test,
        features,
        label,
        targets,
        weight,
        new OnBadRow.Fail(),
        order,
        List.of(),
        Optional.empty(),
        float16);
  }

  private static double share(Optional<HoldoutSpec> holdout) {
    return holdout.flatMap(HoldoutSpec::split).orElse(0.0);
  }
}
