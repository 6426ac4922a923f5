package io.gradflow.driver.profile;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.Optional;

/**
 * One column of a table.
 *
 * @param column its name
 * @param role feature, label or weight
 * @param content what it holds: number, vector, label, time, text, binary
 * @param rows that were counted
 * @param missing of them without a value; of several values in a row, values
 * @param numbers its numbers, times in seconds since 1970, lengths of texts or of files in bytes;
 *     empty without any
 * @param categories its labels
 * @param sameAs an earlier column that holds the same in every row
 * @param equalsLabel whether it holds the label in every row
 * @param tellsLabel share of rows whose class the column alone tells, by the other rows of its
 *     value or range; empty without classes, or where there are too many
 * @param labelCorrelation with the label, if that is a number and none is missing
 */
@Doc("One column of a table.")
public record ColumnProfile(
    String column,
    String role,
    String content,
    long rows,
    long missing,
    Optional<NumberProfile> numbers,
    Optional<CategoryProfile> categories,
    Optional<String> sameAs,
    @Default("false") boolean equalsLabel,
    Optional<Double> tellsLabel,
    Optional<Double> labelCorrelation) {

  /** Whether every row holds the same. */
  public boolean constant() {
    return missing == 0
        && (numbers.isPresent()
            ? numbers.get().min() == numbers.get().max() && !content.equals("text")
            : categories.map(all -> !all.many() && all.counts().size() == 1).orElse(false));
  }
}
