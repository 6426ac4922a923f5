package io.gradflow.driver.data;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Gathers each partition's scan on the driver. Keyed by partition: a task that Spark runs again
 * replaces its own report by an equal one, so counts stay exact.
 */
final class ScanAccumulator extends AccumulatorV2<PartitionScan, Map<Integer, PartitionScan>> {
  private static final long serialVersionUID = 1;

  private final TreeMap<Integer, PartitionScan> scans = new TreeMap<>();

  @Override
  public synchronized boolean isZero() {
    return scans.isEmpty();
  }

  @Override
  public synchronized ScanAccumulator copy() {
    ScanAccumulator copy = new ScanAccumulator();
    copy.scans.putAll(scans);
    return copy;
  }

  @Override
  public synchronized void reset() {
    scans.clear();
  }

  @Override
  public synchronized void add(PartitionScan scan) {
    scans.put(scan.partition, scan);
  }

  @Override
  public synchronized void merge(AccumulatorV2<PartitionScan, Map<Integer, PartitionScan>> other) {
    scans.putAll(other.value());
  }

  /** A copy: Spark's status page asks while tasks still report. */
  @Override
  public synchronized Map<Integer, PartitionScan> value() {
    return new TreeMap<>(scans);
  }
}
