package io.gradflow.driver.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Canonical ranks of rows, from the counts of a scan.
 *
 * <p>In content order, partition p holds bucket p in order: rank = rows of the buckets before +
 * place in the bucket. In source order a row's key is (stretch within the partition, row in the
 * stretch): rank = rows of the stretches before, by file and start, + row in the stretch.
 */
final class Ranks implements Serializable {
  private static final long serialVersionUID = 1;

  private final RowOrder order;
  private final String source;
  private final long[][] bases;
  private final long[] rows;

  private Ranks(RowOrder order, String source, long[][] bases, long[] rows) {
    this.order = order;
    this.source = source;
    this.bases = bases;
    this.rows = rows;
  }

  static Ranks of(RowOrder order, ScanResult scan, int partitions) {
    return order == RowOrder.CONTENT ? ofBuckets(scan) : ofChunks(scan, partitions);
  }

  private static Ranks ofBuckets(ScanResult scan) {
    long[] rows = scan.bucketRows();
    long[][] bases = new long[rows.length][1];
    for (int b = 1; b < rows.length; b++) {
      bases[b][0] = bases[b - 1][0] + rows[b - 1];
    }
    return new Ranks(RowOrder.CONTENT, scan.source(), bases, rows);
  }

  private static Ranks ofChunks(ScanResult scan, int partitions) {
    record Place(PartitionScan scan, int chunk) {
      PartitionScan.Chunk get() {
        return scan.chunks.get(chunk);
      }
    }
    long[][] bases = new long[partitions][];
    long[] rows = new long[partitions];
    List<Place> places = new ArrayList<>();
    for (PartitionScan partition : scan.partitions()) {
      bases[partition.partition] = new long[partition.chunks.size()];
      for (int c = 0; c < partition.chunks.size(); c++) {
        places.add(new Place(partition, c));
      }
    }
    places.sort(
        Comparator.comparing((Place place) -> place.get().file())
            .thenComparingLong(place -> place.get().start()));
    long rank = 0;
    for (Place place : places) {
      bases[place.scan().partition][place.chunk()] = rank;
      rows[place.scan().partition] += place.get().rows();
      rank += place.get().rows();
    }
    return new Ranks(RowOrder.SOURCE, scan.source(), bases, rows);
  }

  /** The rank of the {@code index}-th row of a partition. */
  long of(int partition, long index, long key) {
    return order == RowOrder.CONTENT
        ? bases[partition][0] + index
        : bases[partition][(int) (key >>> Integer.SIZE)] + (int) key;
  }

  /** Stretches of a partition that are ranked by themselves; its one bucket in content order. */
  int stretches(int partition) {
    return bases[partition].length;
  }

  /** The stretch that a row of a key lies in. */
  int stretch(long key) {
    return order == RowOrder.CONTENT ? 0 : (int) (key >>> Integer.SIZE);
  }

  /**
   * Ranks within splits.
   *
   * @param counts by partition rows by [stretch * SPLITS + split]
   * @return by partition, stretch and split the rank of the first row
   */
  long[][][] within(long[][] counts) {
    record Cell(int partition, int stretch, long base) {}
    List<Cell> cells = new ArrayList<>();
    long[][][] within = new long[bases.length][][];
    for (int p = 0; p < bases.length; p++) {
      within[p] = new long[bases[p].length][SplitRanks.SPLITS];
      for (int c = 0; c < bases[p].length; c++) {
        cells.add(new Cell(p, c, bases[p][c]));
      }
    }
    // Stretches without rows share a base with others: their order makes no difference.
    cells.sort(Comparator.comparingLong(Cell::base));
    long[] next = new long[SplitRanks.SPLITS];
    for (Cell cell : cells) {
      for (int split = 0; split < SplitRanks.SPLITS; split++) {
        within[cell.partition()][cell.stretch()][split] = next[split];
        next[split] += counts[cell.partition()][cell.stretch() * SplitRanks.SPLITS + split];
      }
    }
    return within;
  }

  /**
   * @throws GradflowException (bad data) if a partition has other rows than when it was scanned
   */
  void checkEnd(int partition, long seen) {
    if (seen != rows[partition]) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s changed while it was read: %d rows where %d were counted"
              .formatted(source, seen, rows[partition]));
    }
  }
}
