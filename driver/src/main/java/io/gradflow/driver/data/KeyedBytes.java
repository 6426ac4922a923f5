package io.gradflow.driver.data;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.spark.Partitioner;

/**
 * A row as it is shuffled: an eight-byte key, big-endian, then the row's bytes. Sorted as unsigned
 * bytes, so rows of equal key have an order too.
 */
final class KeyedBytes {
  static final int KEY_BYTES = Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private KeyedBytes() {}

  static long key(byte[] keyed) {
    return (long) LONGS.get(keyed, 0);
  }

  static void key(byte[] keyed, long key) {
    LONGS.set(keyed, 0, key);
  }

  /** By unsigned bytes. */
  static final class Order implements Comparator<byte[]>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public int compare(byte[] a, byte[] b) {
      return Arrays.compareUnsigned(a, b);
    }
  }

  /** Ranges of equal length of the key's upper 32 bits: partitions in order are keys in order. */
  static final class ByRange extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int partitions;

    ByRange(int partitions) {
      this.partitions = partitions;
    }

    static int bucket(long key, int partitions) {
      return (int) (((key >>> Integer.SIZE) * partitions) >>> Integer.SIZE);
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object keyed) {
      return bucket(key((byte[]) keyed), partitions);
    }
  }

  /** The key's upper 32 bits are the partition. */
  static final class ByPartition extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int partitions;

    ByPartition(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object keyed) {
      return (int) (key((byte[]) keyed) >>> Integer.SIZE);
    }
  }
}
