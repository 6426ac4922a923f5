package io.gradflow.driver.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Validation or test rows: a share of the training source, or a source of their own.
 *
 * @param split in (0, 1): round(rows * split) rows, the same ones whatever the files' layout
 * @param path of a source of their own
 * @param format that of the training source unless given
 * @param options those of the training source unless given
 */
@Doc("Rows kept from training: a share of the training source, or a source of their own.")
public record HoldoutSpec(
    @Doc("Share of the training source's rows, between 0 and 1.") Optional<Double> split,
    @Doc("A source of their own.") Optional<String> path,
    @Doc("Its format; that of train unless given.") Optional<SourceFormat> format,
    @Doc("Its reader options; those of train unless given.") @Default("{}")
        Map<String, String> options) {
  public HoldoutSpec {
    options = new TreeMap<>(options);
    if (split.isPresent() == path.isPresent()) {
      throw new IllegalArgumentException("expected either split or path");
    }
    if (split.isPresent() && !(split.get() > 0 && split.get() < 1)) {
      throw new IllegalArgumentException(
          "split " + split.get() + "; expected more than 0 and less than 1");
    }
    if (split.isPresent() && (format.isPresent() || !options.isEmpty())) {
      throw new IllegalArgumentException("split takes no format and no options");
    }
  }

  /** A share of the training source. */
  public static HoldoutSpec split(double share) {
    return new HoldoutSpec(Optional.of(share), Optional.empty(), Optional.empty(), Map.of());
  }

  /** The source of its own, if it has one. */
  Optional<SourceSpec> source(SourceSpec train) {
    return path.map(
        own ->
            new SourceSpec(
                format.orElse(train.format()),
                own,
                options.isEmpty() && format.orElse(train.format()) == train.format()
                    ? train.options()
                    : options));
  }

  HoldoutSpec relocate(UnaryOperator<String> paths) {
    return format.isPresent() && !format.get().inFiles()
        ? this
        : new HoldoutSpec(split, path.map(paths), format, options);
  }
}
