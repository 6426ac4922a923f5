package io.gradflow.driver.profile;

import io.gradflow.driver.feature.TextCounts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Categories, each counted while there are not too many, and in any case counted into buckets by
 * their hash. Whether there are too many is a property of all rows, whatever their order. One
 * thread.
 */
final class CategoryTally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int BUCKETS = 64;

  private final int most;
  private final long[] buckets = new long[BUCKETS];
  private TextCounts counts = new TextCounts();
  private boolean many;

  /**
   * @param most categories that are counted one by one
   */
  CategoryTally(int most) {
    this.most = most;
  }

  /**
   * @param hash of the category
   */
  void add(String category, long hash) {
    buckets[(int) (hash >>> 58)]++;
    if (!many) {
      counts.add(category);
      limit();
    }
  }

  void write(DataOutput to) throws IOException {
    for (long bucket : buckets) {
      to.writeLong(bucket);
    }
    to.writeBoolean(many);
    counts.write(to);
  }

  void merge(DataInput from) throws IOException {
    for (int b = 0; b < BUCKETS; b++) {
      buckets[b] += from.readLong();
    }
    many |= from.readBoolean();
    counts.merge(from);
    limit();
  }

  CategoryProfile profile() {
    return new CategoryProfile(many, counts.counts(), Arrays.stream(buckets).boxed().toList());
  }

  private void limit() {
    many |= counts.counts().size() > most;
    if (many) {
      counts = new TextCounts();
    }
  }
}
