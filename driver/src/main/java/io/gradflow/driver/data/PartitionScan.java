package io.gradflow.driver.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.data.RawRow;
import io.gradflow.common.data.RawValues;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a scan found in one partition of the source: a function of the partition's rows, so that a
 * task which runs twice reports the same.
 */
final class PartitionScan implements Serializable {
  private static final long serialVersionUID = 1;

  /** Labels beyond this many are not classes. */
  static final int MAX_CLASSES = 100_000;

  static final int MAX_SAMPLES = 10;

  /** Rows of one stretch of a file, in order. */
  record Chunk(String file, long start, int rows) implements Serializable {}

  /** A refused row: {@code row} counts from 0 within its chunk, refused rows included. */
  record Refused(String file, long start, long row, String reason) implements Serializable {}

  final int partition;
  final long[] bucketRows;
  final List<Chunk> chunks = new ArrayList<>();
  final List<Refused> samples = new ArrayList<>();
  final RefusalReasons reasons = new RefusalReasons();

  /** By group; null where no labels are read. */
  final ArrayList<Set<String>> labels = new ArrayList<>();

  final boolean[] bytes;
  final int[] minCount;
  final int[] maxCount;
  long refused;
  long hashSum;
  long mixedHashSum;

  PartitionScan(int partition, int buckets, List<RawGroup> groups) {
    this.partition = partition;
    this.bucketRows = new long[buckets];
    this.bytes = new boolean[groups.size()];
    this.minCount = new int[groups.size()];
    this.maxCount = new int[groups.size()];
    groups.forEach(group -> labels.add(group.content() == Content.LABEL ? new HashSet<>() : null));
    Arrays.fill(bytes, true);
    Arrays.fill(minCount, Integer.MAX_VALUE);
  }

  void refuse(String file, long start, long row, String reason) {
    refused++;
    reasons.add(reason);
    if (samples.size() < MAX_SAMPLES) {
      samples.add(new Refused(file, start, row, reason));
    }
  }

  void accept(RawRow row, long contentHash, int bucket) {
    bucketRows[bucket]++;
    hashSum += contentHash;
    mixedHashSum += CounterRng.mix(contentHash);
    for (int g = 0; g < bytes.length; g++) {
      RawValues values = row.group(g);
      Set<String> seen = labels.get(g);
      if (seen != null) {
        if (seen.size() <= MAX_CLASSES) {
          seen.add(values.text());
        }
      } else {
        bytes[g] &= values.fitsBytes();
        minCount[g] = Math.min(minCount[g], values.count());
        maxCount[g] = Math.max(maxCount[g], values.count());
      }
    }
  }
}
