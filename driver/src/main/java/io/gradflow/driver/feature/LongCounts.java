package io.gradflow.driver.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Counts by whole number, without a box each: open addressing with linear probing, at most half
 * full. Sums have no order, so neither have the counts. One thread.
 */
final class LongCounts implements Serializable {
  private static final long serialVersionUID = 1;
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long[] keys = new long[16];
  // 0 marks a free place.
  private long[] counts = new long[16];
  private int size;

  /** Adds to a key's count. */
  void add(long key, long times) {
    int at = place(keys, counts, key);
    if (counts[at] == 0) {
      if (2 * (size + 1) > keys.length) {
        grow();
        at = place(keys, counts, key);
      }
      keys[at] = key;
      size++;
    }
    counts[at] += times;
  }

  /** How many keys there are. */
  int size() {
    return size;
  }

  /** The sum of all counts. */
  long total() {
    return Arrays.stream(counts).sum();
  }

  /** The keys in ascending order. */
  long[] keys() {
    return IntStream.range(0, keys.length)
        .filter(i -> counts[i] > 0)
        .mapToLong(i -> keys[i])
        .sorted()
        .toArray();
  }

  /** A key's count; 0 if it was never added. */
  long count(long key) {
    return counts[place(keys, counts, key)];
  }

  void write(DataOutput to) throws IOException {
    to.writeInt(size);
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        to.writeLong(keys[i]);
        to.writeLong(counts[i]);
      }
    }
  }

  void merge(DataInput from) throws IOException {
    for (int left = from.readInt(); left > 0; left--) {
      add(from.readLong(), from.readLong());
    }
  }

  private void grow() {
    long[] moreKeys = new long[2 * keys.length];
    long[] moreCounts = new long[2 * keys.length];
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        int at = place(moreKeys, moreCounts, keys[i]);
        moreKeys[at] = keys[i];
        moreCounts[at] = counts[i];
      }
    }
    keys = moreKeys;
    counts = moreCounts;
  }

  /** Where a key is, or the free place where it belongs. */
  private static int place(long[] keys, long[] counts, long key) {
    int mask = keys.length - 1;
    long hash = key * GOLDEN_GAMMA;
    int at = (int) (hash ^ (hash >>> Integer.SIZE)) & mask;
    while (counts[at] != 0 && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
