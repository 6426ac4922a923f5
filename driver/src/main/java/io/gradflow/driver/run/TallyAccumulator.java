package io.gradflow.driver.run;

import io.gradflow.driver.profile.TableTally;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import org.apache.spark.util.AccumulatorV2;

/**
 * Merges what tasks count, each partition once: a task that Spark runs again reports the same, and
 * is passed over.
 */
final class TallyAccumulator extends AccumulatorV2<TallyAccumulator.Part, TableTally> {
  private static final long serialVersionUID = 1;

  private final BitSet partitions = new BitSet();
  private final TableTally tally;

  /** A partition's counts. */
  record Part(int partition, TableTally tally) {}

  /**
   * @param tally without rows
   */
  TallyAccumulator(TableTally tally) {
    this.tally = tally;
  }

  /** For a task to count in. */
  TableTally empty() {
    return tally.empty();
  }

  @Override
  public boolean isZero() {
    return partitions.isEmpty();
  }

  @Override
  public TallyAccumulator copy() {
    TallyAccumulator copy = new TallyAccumulator(tally.empty());
    copy.partitions.or(partitions);
    append(copy.tally, tally);
    return copy;
  }

  @Override
  public TallyAccumulator copyAndReset() {
    return new TallyAccumulator(tally.empty());
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException("copyAndReset is what tasks start from");
  }

  @Override
  public void add(Part part) {
    if (!partitions.get(part.partition())) {
      partitions.set(part.partition());
      append(tally, part.tally());
    }
  }

  @Override
  public void merge(AccumulatorV2<Part, TableTally> other) {
    // Each task reports one partition.
    TallyAccumulator others = (TallyAccumulator) other;
    if (!others.partitions.isEmpty() && !partitions.intersects(others.partitions)) {
      partitions.or(others.partitions);
      append(tally, others.tally);
    }
  }

  @Override
  public TableTally value() {
    return tally;
  }

  private static void append(TableTally to, TableTally from) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try {
      from.write(new DataOutputStream(message));
      to.merge(new DataInputStream(new ByteArrayInputStream(message.toByteArray())));
    } catch (IOException e) {
      throw new UncheckedIOException("copying in memory", e);
    }
  }
}
