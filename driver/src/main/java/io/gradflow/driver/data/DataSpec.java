package io.gradflow.driver.data;

import io.gradflow.common.augment.AugmentSpec;
import io.gradflow.common.data.TextWindows;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.driver.feature.FeatureSpec;
import io.gradflow.driver.feature.TextFeature;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The {@code data} section of a job file. */
@Doc("The data to learn from.")
public record DataSpec(
    @Doc("The rows to train on.") SourceSpec train,
    @Doc("Rows to validate on between epochs.") Optional<HoldoutSpec> validation,
    @Doc("Rows to test on at the end.") Optional<HoldoutSpec> test,
    @Doc("The columns to learn from.") List<FeatureSpec> features,
    @Doc("What to predict.") Optional<LabelSpec> label,
    @Doc("Example weights.") Optional<WeightSpec> weight,
    @Doc("What happens to rows that cannot be used: fail, drop, or quarantine: DIRECTORY.")
        @Default("fail")
        OnBadRow onBadRow,
    @Doc("content: by a hash of the values, the same for any files. source: as the files lie.")
        @Default("content")
        RowOrder order,
    @Doc("Random changes of training rows, one after the other.") @Default("[]")
        List<AugmentSpec> augment) {
  /** Rows as they are. */
  public DataSpec(
      SourceSpec train,
      Optional<HoldoutSpec> validation,
      Optional<HoldoutSpec> test,
      List<FeatureSpec> features,
      Optional<LabelSpec> label,
      Optional<WeightSpec> weight,
      OnBadRow onBadRow,
      RowOrder order) {
    this(train, validation, test, features, label, weight, onBadRow, order, List.of());
  }

  public DataSpec {
    augment = List.copyOf(augment);
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("features is empty");
    }
    if (label.isPresent()
        && label.get() instanceof NextTokenLabel next
        && next.feature(features).isEmpty()) {
      throw new IllegalArgumentException(
          "label: next tokens of column %s need a feature {columns: %s, as: text}"
              .formatted(next.column().get(0), next.column().get(0)));
    }
    List<TextFeature> windowed = windowed(features);
    if (windowed.size() > 1) {
      throw new IllegalArgumentException(
          "features: windows of columns %s and %s; expected one text with windows"
              .formatted(windowed.get(0).columns(), windowed.get(1).columns()));
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
        weight,
        onBadRow,
        order,
        augment);
  }

  /** The same with other held-out rows. */
  public DataSpec withHoldouts(Optional<HoldoutSpec> validation, Optional<HoldoutSpec> test) {
    return new DataSpec(train, validation, test, features, label, weight, onBadRow, order, augment);
  }

  /** The same with another answer to bad rows. */
  public DataSpec withOnBadRow(OnBadRow answer) {
    return new DataSpec(train, validation, test, features, label, weight, answer, order, augment);
  }

  private static double share(Optional<HoldoutSpec> holdout) {
    return holdout.flatMap(HoldoutSpec::split).orElse(0.0);
  }
}
