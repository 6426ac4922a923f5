package io.gradflow.driver.data;

import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Counts one partition's rows by their keys, stratum by stratum, over ranges of keys. */
final class CutTask extends AbstractFunction2<TaskContext, Iterator<Tuple2<byte[], Void>>, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int BINS = 256;

  /** A range of keys, both ends in it, and how many keys lie before it. */
  record Range(long first, long last, long before) implements Serializable {
    static final Range ALL = new Range(0, -1, 0);

    /** Keys of one bin. */
    private long step() {
      return Long.divideUnsigned(last - first, BINS) + 1;
    }

    private boolean holds(long key) {
      return Long.compareUnsigned(key, first) >= 0 && Long.compareUnsigned(key, last) <= 0;
    }
  }

  /** The keys of a range in bins: how many, the least and the greatest. */
  static final class Bins {
    private final Range range;
    private final long step;
    private final long[] counts = new long[BINS];
    private final long[] least = new long[BINS];
    private final long[] greatest = new long[BINS];

    Bins(Range range) {
      this.range = range;
      this.step = range.step();
    }

    void add(long key) {
      if (range.holds(key)) {
        add((int) Long.divideUnsigned(key - range.first(), step), 1, key, key);
      }
    }

    private void add(int bin, long count, long min, long max) {
      boolean empty = counts[bin] == 0;
      counts[bin] += count;
      least[bin] = empty || Long.compareUnsigned(min, least[bin]) < 0 ? min : least[bin];
      greatest[bin] = empty || Long.compareUnsigned(max, greatest[bin]) > 0 ? max : greatest[bin];
    }

    private void write(DataOutput to) throws IOException {
      for (int bin = 0; bin < BINS; bin++) {
        to.writeLong(counts[bin]);
        if (counts[bin] > 0) {
          to.writeLong(least[bin]);
          to.writeLong(greatest[bin]);
        }
      }
    }

    private void merge(DataInput from) throws IOException {
      for (int bin = 0; bin < BINS; bin++) {
        long count = from.readLong();
        if (count > 0) {
          add(bin, count, from.readLong(), from.readLong());
        }
      }
    }

    /**
     * The place behind the {@code wanted} least keys of the stratum, or as near to it as equal keys
     * allow, which stay together; null if {@link #narrowed} has to be counted first.
     */
    KeyCut cut(long wanted) {
      if (wanted == 0) {
        return KeyCut.START;
      }
      long before = range.before();
      int bin = bin(wanted);
      for (int b = 0; b < bin; b++) {
        before += counts[b];
      }
      long until = before + counts[bin];
      if (wanted == until) {
        return KeyCut.behind(greatest[bin]);
      }
      if (least[bin] != greatest[bin]) {
        return null;
      }
      return until - wanted <= wanted - before
          ? KeyCut.behind(greatest[bin])
          : KeyCut.before(least[bin]);
    }

    /** The range of the bin that the place lies in. */
    Range narrowed(long wanted) {
      long before = range.before();
      int bin = bin(wanted);
      for (int b = 0; b < bin; b++) {
        before += counts[b];
      }
      return new Range(least[bin], greatest[bin], before);
    }

    private int bin(long wanted) {
      long until = range.before();
      for (int bin = 0; bin < BINS; bin++) {
        until += counts[bin];
        if (until >= wanted) {
          return bin;
        }
      }
      throw new IllegalStateException("key " + wanted + " of " + until);
    }
  }

  /** What was counted of a stratum. */
  static final class Tally {
    /** All its rows. */
    long rows;

    /** Those that no earlier rule takes. */
    long left;

    /** Of those that are left, by range; null where nothing is looked for any more. */
    final Bins[] bins;

    Tally(Range[] ranges) {
      bins = new Bins[ranges.length];
      for (int i = 0; i < ranges.length; i++) {
        bins[i] = ranges[i] == null ? null : new Bins(ranges[i]);
      }
    }

    private void write(DataOutput to) throws IOException {
      to.writeLong(rows);
      to.writeLong(left);
      for (Bins each : bins) {
        if (each != null) {
          each.write(to);
        }
      }
    }

    /** Adds what another partition counted. */
    void merge(DataInput from) throws IOException {
      rows += from.readLong();
      left += from.readLong();
      for (Bins each : bins) {
        if (each != null) {
          each.merge(from);
        }
      }
    }
  }

  private final KeyedRows earlier;
  private final HoldoutKey key;
  private final int ranges;
  private final Map<String, Range[]> byStratum;

  /**
   * @param earlier rules, whose rows are left out
   * @param ranges of each stratum that is not in {@code byStratum}: all keys
   * @param byStratum ranges to count; null where nothing is looked for any more
   */
  CutTask(KeyedRows earlier, HoldoutKey key, int ranges, Map<String, Range[]> byStratum) {
    this.earlier = earlier;
    this.key = key;
    this.ranges = ranges;
    this.byStratum = byStratum;
  }

  /** An empty tally of a stratum. */
  Tally tally(String stratum) {
    Range[] known = byStratum.get(stratum);
    if (known == null) {
      known = new Range[ranges];
      java.util.Arrays.fill(known, Range.ALL);
    }
    return new Tally(known);
  }

  @Override
  public byte[] apply(TaskContext context, Iterator<Tuple2<byte[], Void>> rows) {
    KeyedRows.Reader reader = earlier.reader();
    TreeMap<String, Tally> tallies = new TreeMap<>();
    while (rows.hasNext()) {
      reader.read(rows.next()._1());
      Tally tally = tallies.computeIfAbsent(reader.stratum(key), this::tally);
      tally.rows++;
      if (reader.split() == SplitRanks.TRAIN) {
        tally.left++;
        long value = reader.key(key);
        for (Bins bins : tally.bins) {
          if (bins != null) {
            bins.add(value);
          }
        }
      }
      if (tallies.size() > CutSearch.MAX_STRATA) {
        break;
      }
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(message)) {
      to.writeInt(tallies.size());
      for (var entry : tallies.entrySet()) {
        to.writeUTF(entry.getKey());
        entry.getValue().write(to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return message.toByteArray();
  }
}
