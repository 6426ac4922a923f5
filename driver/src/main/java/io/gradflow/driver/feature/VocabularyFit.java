package io.gradflow.driver.feature;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.data.TextLevel;
import io.gradflow.common.data.TextTokens;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Learns a vocabulary from counts of the texts' units: the most frequent tokens come first. */
final class VocabularyFit implements FeatureFit {
  private static final long serialVersionUID = 1;

  private final int maxVocabulary;
  private final int minCount;
  private final TextTokens untaught;
  private final TextCounts units = new TextCounts();

  /**
   * @param untaught the encoder to be, without its vocabulary
   */
  VocabularyFit(TextTokens untaught, int maxVocabulary, int minCount) {
    this.maxVocabulary = maxVocabulary;
    this.minCount = minCount;
    this.untaught = untaught;
  }

  @Override
  public boolean reads() {
    return true;
  }

  @Override
  public FeatureFit empty() {
    return new VocabularyFit(untaught, maxVocabulary, minCount);
  }

  @Override
  public void add(RawValues values) {
    String text = untaught.prepared(values.text());
    untaught
        .level()
        .units(
            text,
            (from, to) -> {
              units.add(text.substring(from, to));
              return true;
            });
  }

  @Override
  public void write(DataOutput to) throws IOException {
    units.write(to);
  }

  @Override
  public void merge(DataInput from) throws IOException {
    units.merge(from);
  }

  @Override
  public ColumnEncoder encoder() {
    List<String> reserved = TextTokens.reserved(untaught.boundaries());
    int known = maxVocabulary - reserved.size();
    List<String> tokens =
        untaught.level() == TextLevel.BYTE_PAIR
            ? new BytePairs(units.counts(), minCount).vocabulary(known)
            : units.frequent(minCount, known);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(
          "column %s: no token occurs %d times in the training rows; there is nothing to learn from"
              .formatted(untaught.column(), minCount));
    }
    return untaught.withVocabulary(Stream.concat(reserved.stream(), tokens.stream()).toList());
  }
}
