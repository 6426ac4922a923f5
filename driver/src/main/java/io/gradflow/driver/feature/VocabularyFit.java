package io.gradflow.driver.feature;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.data.TextLevel;
import io.gradflow.common.data.TextTokens;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Learns a vocabulary: counts the units of the texts, whose sums are exact and need no order. The
 * most frequent tokens come first, equally frequent ones by code point.
 */
final class VocabularyFit implements FeatureFit {
  private static final long serialVersionUID = 1;

  /** Frequent units first, equally frequent ones by code point: the same on every machine. */
  static final Comparator<Map.Entry<String, Long>> FREQUENT_FIRST =
      Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
          .thenComparing((a, b) -> Arrays.compareUnsigned(utf8(a.getKey()), utf8(b.getKey())));

  private final int maxVocabulary;
  private final int minCount;
  private final TextTokens like;
  private final HashMap<String, Long> counts = new HashMap<>();

  /**
   * @param like the encoder to be, without its vocabulary
   */
  VocabularyFit(TextTokens like, int maxVocabulary, int minCount) {
    this.maxVocabulary = maxVocabulary;
    this.minCount = minCount;
    this.like = like;
  }

  @Override
  public boolean reads() {
    return true;
  }

  @Override
  public FeatureFit empty() {
    return new VocabularyFit(like, maxVocabulary, minCount);
  }

  @Override
  public void add(RawValues values) {
    String text = like.prepared(values.text());
    like.level()
        .units(
            text,
            (from, to) -> {
              counts.merge(text.substring(from, to), 1L, Long::sum);
              return true;
            });
  }

  @Override
  public void write(DataOutput to) throws IOException {
    to.writeInt(counts.size());
    for (Map.Entry<String, Long> unit : counts.entrySet()) {
      byte[] text = utf8(unit.getKey());
      to.writeInt(text.length);
      to.write(text);
      to.writeLong(unit.getValue());
    }
  }

  @Override
  public void merge(DataInput from) throws IOException {
    for (int left = from.readInt(); left > 0; left--) {
      byte[] text = new byte[from.readInt()];
      from.readFully(text);
      counts.merge(new String(text, StandardCharsets.UTF_8), from.readLong(), Long::sum);
    }
  }

  @Override
  public ColumnEncoder encoder() {
    int known = maxVocabulary - 2;
    List<String> tokens =
        like.level() == TextLevel.BYTE_PAIR
            ? new BytePairs(counts, minCount).vocabulary(known)
            : counts.entrySet().stream()
                .filter(unit -> unit.getValue() >= minCount)
                .sorted(FREQUENT_FIRST)
                .limit(known)
                .map(Map.Entry::getKey)
                .toList();
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(
          "column %s: no token occurs %d times in the training rows; there is nothing to learn from"
              .formatted(like.column(), minCount));
    }
    return like.withVocabulary(
        Stream.concat(Stream.of(TextTokens.PADDING, TextTokens.UNKNOWN), tokens.stream()).toList());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
