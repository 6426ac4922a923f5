package io.gradflow.driver.data;

import io.gradflow.common.data.RawRow;
import io.gradflow.driver.feature.FeatureFit;
import io.gradflow.driver.profile.TableTally;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * Goes once over one micro-shard's rows, in their order: counts what they hold, and sums up for
 * what is fitted if they are training rows.
 */
final class FitTask extends AbstractFunction2<TaskContext, Iterator<byte[]>, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final int groups;
  private final ArrayList<Integer> groupOfFit;
  private final ArrayList<FeatureFit> fits;
  private final TableTally tally;
  private final int microShards;

  /**
   * @param groups of a row
   * @param groupOfFit the group that each fit reads
   * @param fits without rows; those that read none are passed over
   * @param tally without rows
   * @param microShards of a split; partitions from there on are held out from what is fitted
   */
  FitTask(
      int groups,
      List<Integer> groupOfFit,
      List<FeatureFit> fits,
      TableTally tally,
      int microShards) {
    this.groups = groups;
    this.groupOfFit = new ArrayList<>(groupOfFit);
    this.fits = new ArrayList<>(fits);
    this.tally = tally;
    this.microShards = microShards;
  }

  @Override
  public byte[] apply(TaskContext context, Iterator<byte[]> rows) {
    boolean training = context.partitionId() < microShards;
    FeatureFit[] own = fits.stream().map(FeatureFit::empty).toArray(FeatureFit[]::new);
    TableTally counts = tally.empty();
    RawRow row = new RawRow(groups);
    while (rows.hasNext()) {
      byte[] bytes = rows.next();
      row.read(bytes, KeyedBytes.KEY_BYTES);
      counts.add(row, RowHash.of(bytes, KeyedBytes.KEY_BYTES));
      for (int f = 0; training && f < own.length; f++) {
        if (own[f].reads()) {
          own[f].add(row.group(groupOfFit.get(f)));
        }
      }
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(message)) {
      counts.write(to);
      for (FeatureFit fit : own) {
        if (training && fit.reads()) {
          fit.write(to);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return message.toByteArray();
  }

  /**
   * What all micro-shards gave.
   *
   * @param fits over the training rows
   * @param tallies of each split
   */
  record Learned(List<FeatureFit> fits, List<TableTally> tallies) {}

  /** Runs over all splits' micro-shards, in one job, and merges what they give in their order. */
  Learned run(JavaRDD<byte[]> dealt) {
    byte[][] messages =
        (byte[][])
            dealt
                .context()
                .runJob(
                    dealt.rdd(),
                    this,
                    CollectionConverters.asScala(
                            IntStream.range(0, dealt.getNumPartitions())
                                .mapToObj(i -> (Object) i)
                                .toList())
                        .toSeq(),
                    ClassTag$.MODULE$.apply(byte[].class));
    List<FeatureFit> merged = fits.stream().map(FeatureFit::empty).toList();
    List<TableTally> tallies =
        IntStream.range(0, messages.length / microShards).mapToObj(s -> tally.empty()).toList();
    for (int m = 0; m < messages.length; m++) {
      try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(messages[m]))) {
        tallies.get(m / microShards).merge(from);
        for (FeatureFit fit : merged) {
          if (m < microShards && fit.reads()) {
            fit.merge(from);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("sums of a micro-shard are cut short", e);
      }
    }
    return new Learned(merged, tallies);
  }
}
