package io.gradflow.driver.data;

import io.gradflow.common.data.RawRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Counts one micro-shard's rows by their label. */
final class LabelCountTask extends AbstractFunction2<TaskContext, Iterator<byte[]>, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final int groups;
  private final int label;

  /**
   * @param groups of a row
   * @param label the group of the label
   */
  LabelCountTask(int groups, int label) {
    this.groups = groups;
    this.label = label;
  }

  @Override
  public byte[] apply(TaskContext context, Iterator<byte[]> rows) {
    Map<String, Long> counts = new TreeMap<>();
    RawRow row = new RawRow(groups);
    while (rows.hasNext()) {
      row.read(rows.next(), KeyedBytes.KEY_BYTES);
      counts.merge(row.group(label).text(), 1L, Long::sum);
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(message)) {
      to.writeInt(counts.size());
      for (Map.Entry<String, Long> count : counts.entrySet()) {
        to.writeUTF(count.getKey());
        to.writeLong(count.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return message.toByteArray();
  }

  /** The counts over all micro-shards. */
  static Map<String, Long> merged(byte[][] messages) {
    Map<String, Long> counts = new TreeMap<>();
    for (byte[] message : messages) {
      try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(message))) {
        for (int labels = from.readInt(); labels > 0; labels--) {
          counts.merge(from.readUTF(), from.readLong(), Long::sum);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("counts of a micro-shard are cut short", e);
      }
    }
    return counts;
  }
}
