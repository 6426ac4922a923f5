package io.gradflow.driver.data;

import io.gradflow.common.data.RawRow;
import io.gradflow.driver.feature.FeatureFit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Sums over one micro-shard's training rows, in their order, for what is fitted. */
final class FitTask extends AbstractFunction2<TaskContext, Iterator<byte[]>, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final int groups;
  private final ArrayList<Integer> groupOfFit;
  private final ArrayList<FeatureFit> fits;

  /**
   * @param groups of a row
   * @param groupOfFit the group that each fit reads
   * @param fits without rows; those that read none are passed over
   */
  FitTask(int groups, List<Integer> groupOfFit, List<FeatureFit> fits) {
    this.groups = groups;
    this.groupOfFit = new ArrayList<>(groupOfFit);
    this.fits = new ArrayList<>(fits);
  }

  /** Whether rows have to be read at all. */
  boolean reads() {
    return fits.stream().anyMatch(FeatureFit::reads);
  }

  @Override
  public byte[] apply(TaskContext context, Iterator<byte[]> rows) {
    FeatureFit[] own = fits.stream().map(FeatureFit::empty).toArray(FeatureFit[]::new);
    RawRow row = new RawRow(groups);
    while (rows.hasNext()) {
      row.read(rows.next(), KeyedBytes.KEY_BYTES);
      for (int f = 0; f < own.length; f++) {
        if (own[f].reads()) {
          own[f].add(row.group(groupOfFit.get(f)));
        }
      }
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(message)) {
      for (FeatureFit fit : own) {
        if (fit.reads()) {
          fit.write(to);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return message.toByteArray();
  }

  /** The fits over all micro-shards, merged in their order. */
  List<FeatureFit> merge(byte[][] messages) {
    List<FeatureFit> merged = fits.stream().map(FeatureFit::empty).toList();
    for (byte[] message : messages) {
      try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(message))) {
        for (FeatureFit fit : merged) {
          if (fit.reads()) {
            fit.merge(from);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("sums of a micro-shard are cut short", e);
      }
    }
    return merged;
  }
}
