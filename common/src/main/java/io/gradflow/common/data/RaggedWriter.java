package io.gradflow.common.data;

import io.gradflow.common.data.TextTokens.Side;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes the ragged part of a packed shard. It stands behind all records, whose number is known
 * last: so it lies in a file of its own until the records are written, which closing deletes.
 */
final class RaggedWriter implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final List<PackedColumn> columns;
  private final int[] ragged;
  private final int[] offsets;
  private final int placeOffset;
  private final FileChannel channel;
  private final ByteBuffer buffer;
  private long bytes;

  /**
   * @param file for the values until they are moved
   * @param layout with ragged columns
   */
  RaggedWriter(Path file, PackedLayout layout) throws IOException {
    this.columns = layout.columns().toList();
    this.ragged = layout.raggedColumns();
    this.offsets = layout.offsets();
    this.placeOffset = layout.placeOffset();
    this.buffer =
        ByteBuffer.allocate(Math.max(BUFFER_BYTES, layout.maxBlockBytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * Appends a row's block, and puts its place and the numbers of its values into the row's record.
   *
   * @param values one array per column, ragged or not
   * @param start of the record
   * @return the block's {@link RowChecksum}
   */
  int append(float[][] values, ByteBuffer record, int start) throws IOException {
    record.putLong(start + placeOffset, bytes);
    int block = 0;
    for (int c : ragged) {
      int count = count(columns.get(c), values[c]);
      record.putInt(start + offsets[c], count);
      block += count * columns.get(c).storage().bytes();
    }
    int length = (int) PackedLayout.aligned(block);
    if (buffer.remaining() < length) {
      flush();
    }
    int at = buffer.position();
    for (int c : ragged) {
      PackedColumn column = columns.get(c);
      int count = record.getInt(start + offsets[c]);
      int from = column.padding().get() == Side.END ? 0 : column.width() - count;
      PackedShardWriter.put(column, values[c], from, count, buffer, at);
      at += count * column.storage().bytes();
    }
    int end = buffer.position() + length;
    while (at < end) {
      buffer.put(at++, (byte) 0);
    }
    int checksum = RowChecksum.of(buffer, buffer.position(), length);
    buffer.position(end);
    bytes += length;
    return checksum;
  }

  /**
   * Writes all blocks to where another channel stands.
   *
   * @param crc gets their bytes
   * @return how many bytes
   */
  long moveTo(FileChannel target, CRC32C crc) throws IOException {
    flush();
    channel.position(0);
    for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer)) {
      crc.update(buffer.array(), 0, buffer.position());
      drain(target);
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Values up to the last, or from the first, that is not 0. */
  private static int count(PackedColumn column, float[] values) {
    int width = column.width();
    int padding = 0;
    if (column.padding().get() == Side.END) {
      while (padding < width && values[width - 1 - padding] == 0) {
        padding++;
      }
    } else {
      while (padding < width && values[padding] == 0) {
        padding++;
      }
    }
    return width - padding;
  }

  private void flush() throws IOException {
    drain(channel);
  }

  private void drain(FileChannel target) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      target.write(buffer);
    }
    buffer.clear();
  }
}
