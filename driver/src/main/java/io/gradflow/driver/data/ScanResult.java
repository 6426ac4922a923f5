package io.gradflow.driver.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.NumberText;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a scan found in a whole source. Every answer is independent of how the source is cut into
 * partitions.
 *
 * @param source what messages call it
 */
record ScanResult(String source, Collection<PartitionScan> partitions) {
  long rows() {
    return partitions.stream().flatMapToLong(p -> java.util.Arrays.stream(p.bucketRows)).sum();
  }

  long refused() {
    return partitions.stream().mapToLong(p -> p.refused).sum();
  }

  /** Accepted rows of each bucket of the content order. */
  long[] bucketRows() {
    return IntStream.range(0, partitions.isEmpty() ? 0 : any().bucketRows.length)
        .mapToLong(b -> partitions.stream().mapToLong(p -> p.bucketRows[b]).sum())
        .toArray();
  }

  /** The first refused rows in the order of files and rows. */
  List<RejectedRow> samples() {
    return partitions.stream()
        .flatMap(p -> p.samples.stream())
        .sorted(
            Comparator.comparing(PartitionScan.Refused::file)
                .thenComparingLong(PartitionScan.Refused::start)
                .thenComparingLong(PartitionScan.Refused::row))
        .limit(PartitionScan.MAX_SAMPLES)
        .map(refused -> new RejectedRow(place(refused), refused.reason()))
        .toList();
  }

  /**
   * What became of the rows.
   *
   * @param unused accepted ones that are in no split
   */
  SourceRows accounts(long unused) {
    RefusalReasons reasons = new RefusalReasons();
    partitions.forEach(p -> reasons.merge(p.reasons));
    return new SourceRows(
        source,
        rows() + refused(),
        rows() - unused,
        unused,
        refused(),
        reasons.counts(),
        samples());
  }

  /** Whether all numbers of the groups are whole and from 0 to 255. */
  boolean bytes(List<Integer> groups) {
    return groups.stream().allMatch(g -> partitions.stream().allMatch(p -> p.bytes[g]));
  }

  /**
   * How many numbers a group has in every row.
   *
   * @throws GradflowException (bad data) if rows differ
   */
  int width(String what, RawGroup group, int g) {
    if (group.width() > 0 || group.content() != RawGroup.Content.VECTOR) {
      return group.width();
    }
    int min = partitions.stream().mapToInt(p -> p.minCount[g]).min().orElse(0);
    int max = partitions.stream().mapToInt(p -> p.maxCount[g]).max().orElse(0);
    if (min != max || max == 0) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: the arrays of %s have %d to %d numbers; give their length, e.g. shape: [%d], and rows of another length are bad rows"
              .formatted(what, group.columns(), min, max, Math.max(max, 1)));
    }
    return max;
  }

  /**
   * The label's classes: numbers by value, other text by code point.
   *
   * @throws GradflowException (bad data) if there is one only, or far too many
   */
  List<String> classes(String column, int group) {
    Set<String> labels = new HashSet<>();
    partitions.forEach(p -> labels.addAll(p.labels.get(group)));
    if (labels.size() > PartitionScan.MAX_CLASSES) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "label column %s of %s has more than %d different values; is it a number? then as: number"
              .formatted(column, source, PartitionScan.MAX_CLASSES));
    }
    if (labels.size() < 2) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "label column %s of %s has one class only, %s; there is nothing to tell apart"
              .formatted(column, source, labels));
    }
    return labels.stream().sorted(NumberText::compareLabels).toList();
  }

  /** Equal for equal rows in any order. */
  String fingerprint() {
    long sum = partitions.stream().mapToLong(p -> p.hashSum).sum();
    long mixed = partitions.stream().mapToLong(p -> p.mixedHashSum).sum();
    return "%016x%016x".formatted(CounterRng.mix(sum ^ rows()), CounterRng.mix(mixed));
  }

  private PartitionScan any() {
    return partitions.iterator().next();
  }

  private static String place(PartitionScan.Refused refused) {
    String file = refused.file().replaceFirst("^file:/+", "/");
    String row = "row " + (refused.row() + 1);
    if (file.isEmpty()) {
      return "partition " + refused.start() + ", " + row;
    }
    return file + ", " + row + (refused.start() > 0 ? " after byte " + refused.start() : "");
  }
}
