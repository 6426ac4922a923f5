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
  public boolean isZero() {
    return scans.isEmpty();
  }

  @Override
  public ScanAccumulator copy() {
    ScanAccumulator copy = new ScanAccumulator();
    copy.scans.putAll(scans);
    return copy;
  }

  @Override
  public void reset() {
    scans.clear();
  }

  @Override
  public void add(PartitionScan scan) {
    scans.put(scan.partition, scan);
  }

  @Override
  public void merge(AccumulatorV2<PartitionScan, Map<Integer, PartitionScan>> other) {
    scans.putAll(other.value());
  }

  @Override
  public Map<Integer, PartitionScan> value() {
    return scans;
  }
}
