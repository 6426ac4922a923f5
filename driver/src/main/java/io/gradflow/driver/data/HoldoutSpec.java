package io.gradflow.driver.data;

import io.gradflow.common.data.NumberText;
import io.gradflow.common.data.TimeText;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Validation or test rows: some of the training source's rows, or a source of their own. Which rows
 * are held out depends on what the rows hold and on the seed, never on files and partitions.
 *
 * <ul>
 *   <li>{@code split}: round(rows * split) rows by chance; with {@code stratify} that share of each
 *       value of a column; with {@code group} whole groups, as many as come nearest to the share;
 *       with {@code time} the latest rows.
 *   <li>{@code folds} and {@code fold}: one of k parts of about equal size, by chance, by {@code
 *       stratify} or by {@code group}; every row is in exactly one fold.
 *   <li>{@code time} and {@code from}: rows of that time and later.
 *   <li>{@code column} and {@code values}: rows that a column marks.
 *   <li>{@code path}: a source of their own.
 * </ul>
 *
 * <p>But for a plain {@code split}, rows that are equal, of one group or of one time are never on
 * both sides.
 *
 * @param split in (0, 1)
 * @param folds how many parts; at least 2
 * @param fold which of them, from 1
 * @param format that of the training source unless given
 * @param options those of the training source unless given
 */
@Doc("Rows kept from training: some of the training source's, or a source of their own.")
public record HoldoutSpec(
    @Doc("Share of the training source's rows, between 0 and 1.") Optional<Double> split,
    @Doc("Cuts the rows into this many parts, of which one is held out.") Optional<Integer> folds,
    @Doc("Which of the parts, from 1.") Optional<Integer> fold,
    @Doc("A column of which every value is split in the same proportion.")
        Optional<String> stratify,
    @Doc("A column of whose values each is on one side as a whole.") Optional<String> group,
    @Doc("A column of times, of which the latest are held out.") Optional<String> time,
    @Doc("The first time that is held out, e.g. 2015-01-01.") Optional<String> from,
    @Doc("A column that marks the rows to hold out.") Optional<String> column,
    @Doc("The column's values that mark a row.") @Default("[]") List<String> values,
    @Doc("A source of their own.") Optional<String> path,
    @Doc("Its format; that of train unless given.") Optional<SourceFormat> format,
    @Doc("Its reader options; those of train unless given.") @Default("{}")
        Map<String, String> options) {
  public HoldoutSpec {
    values = List.copyOf(values);
    options = new TreeMap<>(options);
    long ways = count(split, fold, from, column, path);
    if (ways != 1) {
      throw new IllegalArgumentException(
          "expected either split or path, or else fold, from or column; exactly one of them");
    }
    if (split.isPresent() && !(split.get() > 0 && split.get() < 1)) {
      throw new IllegalArgumentException(
          "split " + split.get() + "; expected more than 0 and less than 1");
    }
    if (folds.isPresent() != fold.isPresent()
        || folds.orElse(2) < 2
        || fold.orElse(1) < 1
        || fold.orElse(1) > folds.orElse(2)) {
      throw new IllegalArgumentException(
          "folds %s, fold %s; expected at least 2 folds, and which of them, from 1"
              .formatted(shown(folds), shown(fold)));
    }
    if (column.isPresent() == values.isEmpty()) {
      throw new IllegalArgumentException("column and values need each other");
    }
    boolean timed = from.isPresent() || (split.isPresent() && time.isPresent());
    if (from.isPresent() && (time.isEmpty() || Double.isNaN(TimeText.parse(from.get())))) {
      throw new IllegalArgumentException(
          "from \"" + from.get() + "\"; expected a date or time, and time: its column");
    }
    if (count(stratify, group, time) > 1
        || (time.isPresent() && !timed)
        || (count(stratify, group) > 0 && split.isEmpty() && fold.isEmpty())) {
      throw new IllegalArgumentException(
          "expected at most one of stratify, group and time, beside split; stratify or group beside"
              + " folds");
    }
    if (path.isEmpty() && (format.isPresent() || !options.isEmpty())) {
      throw new IllegalArgumentException("split takes no format and no options");
    }
  }

  /** A share by chance, or a source of its own. */
  public HoldoutSpec(
      Optional<Double> split,
      Optional<String> path,
      Optional<SourceFormat> format,
      Map<String, String> options) {
    this(
        split,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        path,
        format,
        options);
  }

  /** A share of the training source, by chance. */
  public static HoldoutSpec split(double share) {
    return new HoldoutSpec(Optional.of(share), Optional.empty(), Optional.empty(), Map.of());
  }

  /**
   * One of {@code folds} parts of the training source.
   *
   * @param fold from 1
   */
  public static HoldoutSpec fold(
      int fold, int folds, Optional<String> stratify, Optional<String> group) {
    return new HoldoutSpec(
        Optional.empty(),
        Optional.of(folds),
        Optional.of(fold),
        stratify,
        group,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** Whether its rows are some of the training source's. */
  public boolean ofTrain() {
    return path.isEmpty();
  }

  /** Whether rows are held out by what they hold, rather than by their rank alone. */
  boolean keyed() {
    return ofTrain() && !random();
  }

  /** Whether a row's neighbours, in time or text, may be on the other side. */
  boolean random() {
    return split.isPresent() && count(stratify, group, time) == 0;
  }

  /** Columns that tell rows' splits and are no features unless a feature names them. */
  List<String> marks() {
    return Stream.of(group, time, column).flatMap(Optional::stream).toList();
  }

  /** The values that mark a row, spelled as labels are. */
  List<String> labels() {
    return values.stream().map(NumberText::label).toList();
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
    return path.isEmpty() || (format.isPresent() && !format.get().inFiles())
        ? this
        : new HoldoutSpec(split, path.map(paths), format, options);
  }

  private static long count(Optional<?>... given) {
    return Stream.of(given).filter(Optional::isPresent).count();
  }

  private static String shown(Optional<Integer> number) {
    return number.map(String::valueOf).orElse("missing");
  }
}
