package io.gradflow.driver.profile;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.NumberText;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.data.RawValues;
import io.gradflow.driver.feature.Quantiles;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** Counts what one column holds. One thread. */
final class ColumnTally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int CATEGORIES = 1000;
  // As many as a class label may have.
  private static final int CLASSES = 100_000;
  // Cells in which a number tells a label: a sixteenth wide.
  private static final int FRACTION_BITS = 4;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final ColumnPlace place;
  private final NumberTally numbers;
  private final CategoryTally categories;
  private final PairCounts pairs;
  private final ExactSum products;
  private long rows;
  private long missing;
  private long fingerprint;

  /**
   * @param classes whether the label is a class, which the column may tell
   * @param regression whether the label is a number, which the column may go with
   */
  ColumnTally(ColumnPlace place, boolean classes, boolean regression) {
    this.place = place;
    boolean label = place.content() == Content.LABEL;
    boolean feature = place.role() == ColumnPlace.Role.FEATURE && place.single();
    boolean number = place.content() == Content.NUMBER || place.content() == Content.TIME;
    this.numbers = label ? null : new NumberTally();
    this.categories =
        label
            ? new CategoryTally(place.role() == ColumnPlace.Role.LABEL ? CLASSES : CATEGORIES)
            : null;
    this.pairs = feature && classes && (label || number) ? new PairCounts(number) : null;
    this.products = feature && regression && number ? new ExactSum() : null;
  }

  ColumnPlace place() {
    return place;
  }

  /**
   * Adds a row's value.
   *
   * @param rowHash the same for all columns of a row, another for other rows
   * @param label hash of the row's class, or the number that is to be predicted
   */
  void add(RawValues values, long rowHash, long labelHash, double label) {
    rows++;
    if (!place.single()) {
      addAll(values);
      return;
    }
    if (numbers == null) {
      boolean absent = values.text().isEmpty();
      long hash = hash(values.text());
      if (absent) {
        missing++;
      } else {
        categories.add(values.text(), hash);
      }
      note(hash, rowHash);
      if (pairs != null) {
        pairs.add(absent ? PairCounts.MISSING : hash, labelHash);
      }
    } else if (place.content() == Content.TEXT) {
      if (values.text().isEmpty()) {
        missing++;
      } else {
        numbers.add(values.text().length());
      }
      note(hash(values.text()), rowHash);
    } else {
      add(values.number(place.at()), rowHash, labelHash, label);
    }
  }

  private void add(double x, long rowHash, long labelHash, double label) {
    boolean absent = Double.isNaN(x);
    if (absent) {
      missing++;
    } else {
      numbers.add(x);
    }
    note(hash(x), rowHash);
    if (pairs != null) {
      pairs.add(absent ? PairCounts.MISSING : Quantiles.cell(x, FRACTION_BITS), labelHash);
    }
    if (products != null && !absent) {
      products.add((double) (float) x * (float) label);
    }
  }

  private void addAll(RawValues values) {
    if (place.content() == Content.BINARY) {
      numbers.add(values.bytes().length);
      return;
    }
    for (int i = 0; i < values.count(); i++) {
      double x = values.number(i);
      if (Double.isNaN(x)) {
        missing++;
      } else {
        numbers.add(x);
      }
    }
  }

  void write(DataOutput to) throws IOException {
    to.writeLong(rows);
    to.writeLong(missing);
    to.writeLong(fingerprint);
    if (numbers != null) {
      numbers.write(to);
    }
    if (categories != null) {
      categories.write(to);
    }
    if (pairs != null) {
      pairs.write(to);
    }
    if (products != null) {
      products.write(to);
    }
  }

  void merge(DataInput from) throws IOException {
    rows += from.readLong();
    missing += from.readLong();
    fingerprint += from.readLong();
    if (numbers != null) {
      numbers.merge(from);
    }
    if (categories != null) {
      categories.merge(from);
    }
    if (pairs != null) {
      pairs.merge(from);
    }
    if (products != null) {
      products.merge(from);
    }
  }

  /** Equal for columns that hold the same in every row. */
  long fingerprint() {
    return fingerprint;
  }

  long rows() {
    return rows;
  }

  long missing() {
    return missing;
  }

  Optional<NumberTally> numbers() {
    return Optional.ofNullable(numbers).filter(some -> some.count() > 0);
  }

  Optional<CategoryTally> categories() {
    return Optional.ofNullable(categories);
  }

  /**
   * What was counted.
   *
   * @param sameAs an earlier column that holds the same
   * @param label the label's column, if it has one value
   */
  ColumnProfile profile(Optional<String> sameAs, Optional<ColumnTally> label) {
    boolean feature = place.role() == ColumnPlace.Role.FEATURE && place.single();
    Optional<Double> told = pairs == null ? Optional.empty() : pairs.told();
    return new ColumnProfile(
        place.name(),
        word(place.role()),
        word(place.content()),
        rows,
        missing,
        numbers().map(NumberTally::profile),
        categories().map(CategoryTally::profile),
        sameAs,
        feature && label.isPresent() && label.get().fingerprint == fingerprint,
        told,
        label.flatMap(this::correlation));
  }

  /** Pearson's correlation: the exact sums are rounded once. */
  private Optional<Double> correlation(ColumnTally label) {
    if (products == null || missing > 0 || numbers().isEmpty() || label.numbers().isEmpty()) {
      return Optional.empty();
    }
    double own = ExactSum.value(numbers.spread(), -2 * ExactSum.SCALE);
    double others = ExactSum.value(label.numbers.spread(), -2 * ExactSum.SCALE);
    if (own == 0 || others == 0) {
      return Optional.empty();
    }
    double together =
        ExactSum.value(
            products
                .scaled()
                .shiftLeft(ExactSum.SCALE)
                .multiply(BigInteger.valueOf(rows))
                .subtract(numbers.sum().scaled().multiply(label.numbers.sum().scaled())),
            -2 * ExactSum.SCALE);
    return Optional.of(together / (Math.sqrt(own) * Math.sqrt(others)));
  }

  private void note(long hash, long rowHash) {
    fingerprint += CounterRng.mix(hash + rowHash);
  }

  /** Of a label's text: of the number that it spells, if it does. */
  static long hash(String text) {
    double number = NumberText.parse(text);
    if (!Double.isNaN(number)) {
      return hash(number);
    }
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return CounterRng.mix(hash);
  }

  private static long hash(double x) {
    return CounterRng.mix(Double.doubleToLongBits(x));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
