package io.gradflow.driver.feature;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * Learns a feature's encoder from the training rows: sums over each micro-shard, on executors, then
 * the sums of all micro-shards merged in their order, on the driver. The result depends on the
 * micro-shards' rows alone. One thread.
 */
public interface FeatureFit extends Serializable {
  /** An encoder that nothing needs to be learned for. */
  static FeatureFit of(ColumnEncoder encoder) {
    return new Given(encoder);
  }

  /** Whether it has to see the rows. */
  boolean reads();

  /** The same without any rows. */
  FeatureFit empty();

  /** Adds a row of a micro-shard. */
  void add(RawValues values);

  /** Writes the sums over the rows that were added. */
  void write(DataOutput to) throws IOException;

  /** Merges what {@link #write} wrote for the next micro-shard. */
  void merge(DataInput from) throws IOException;

  /**
   * The encoder.
   *
   * @throws IllegalArgumentException if the rows do not allow one
   */
  ColumnEncoder encoder();

  /** Nothing to learn. */
  record Given(ColumnEncoder encoder) implements FeatureFit {
    @Override
    public boolean reads() {
      return false;
    }

    @Override
    public FeatureFit empty() {
      return this;
    }

    @Override
    public void add(RawValues values) {
      throw unread();
    }

    @Override
    public void write(DataOutput to) {
      throw unread();
    }

    @Override
    public void merge(DataInput from) {
      throw unread();
    }

    private static IllegalStateException unread() {
      return new IllegalStateException("nothing is learned here");
    }
  }
}
