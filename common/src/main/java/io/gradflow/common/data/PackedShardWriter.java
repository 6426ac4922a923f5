package io.gradflow.common.data;

import io.gradflow.common.array.Float16;
import io.gradflow.common.data.PackedColumn.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a {@link PackedShard} in one pass, row by row, with memory for a buffer and one row.
 *
 * <p>Rows go to a temporary file beside the target; {@link #finish()} renames it, so that a file
 * under the final name is whole. The values of ragged columns are kept in a second file until then.
 * Closing without finishing deletes what was written. One thread.
 */
public final class PackedShardWriter implements Closeable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final Path partial;
  private final PackedLayout layout;
  private final int[] offsets;
  private final List<PackedColumn> columns;
  private final ByteBuffer buffer;
  private final int rowBytes;
  private final int recordBytes;
  private final CRC32C crc = new CRC32C();
  private final FileChannel channel;
  private final RaggedWriter ragged; // null without ragged columns
  private long rows;
  private boolean finished;

  /**
   * @throws IOException if the file cannot be created
   */
  public PackedShardWriter(Path file, PackedLayout layout) throws IOException {
    this.file = file;
    this.layout = layout;
    this.columns = layout.columns().toList();
    this.offsets = layout.offsets();
    this.rowBytes = layout.stride();
    this.recordBytes = ShardFormat.recordBytes(layout);
    this.buffer =
        ByteBuffer.allocate(Math.max(BUFFER_BYTES / recordBytes, 1) * recordBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    this.partial = file.resolveSibling(file.getFileName() + ".partial");
    this.channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    this.ragged =
        layout.ragged()
            ? new RaggedWriter(file.resolveSibling(file.getFileName() + ".ragged"), layout)
            : null;
    channel.position(ShardFormat.headerBytes(layout));
  }

  /**
   * Appends one row.
   *
   * @param values one array per column, inputs before targets, each from its column's width on:
   *     what the column stores (bytes and ints as floats of the same value)
   * @param weight of the row; ignored where the layout has no weights
   * @throws IllegalArgumentException if a value does not fit its storage, naming column and value
   */
  public void append(float[][] values, float weight) throws IOException {
    int start = buffer.position();
    if (layout.weighted()) {
      buffer.putFloat(start, weight);
    }
    for (int c = 0; c < offsets.length; c++) {
      PackedColumn column = columns.get(c);
      if (!column.ragged()) {
        put(column, values[c], 0, column.width(), buffer, start + offsets[c]);
      }
    }
    int blockChecksum = ragged == null ? 0 : ragged.append(values, buffer, start);
    buffer.putInt(start + rowBytes, RowChecksum.of(buffer, start, rowBytes) + blockChecksum);
    buffer.position(start + recordBytes);
    rows++;
    if (!buffer.hasRemaining()) {
      flush();
    }
  }

  /** Writes what is left and the header, and gives the file its name. */
  public void finish() throws IOException {
    flush();
    long raggedBytes = ragged == null ? 0 : ragged.moveTo(channel, crc);
    ByteBuffer header =
        new ShardFormat(ShardFormat.VERSION, layout, rows, raggedBytes, (int) crc.getValue())
            .toBytes();
    for (long at = 0; header.hasRemaining(); ) {
      at += channel.write(header, at);
    }
    channel.close();
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    finished = true;
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      if (ragged != null) {
        ragged.close();
      }
    }
    if (!finished) {
      Files.deleteIfExists(partial);
    }
  }

  /** Stores {@code count} values, those from {@code from} on. */
  static void put(PackedColumn column, float[] values, int from, int count, ByteBuffer to, int at) {
    switch (column.storage()) {
      case FLOAT32 -> {
        for (int j = 0; j < count; j++) {
          to.putFloat(at + j * Float.BYTES, values[from + j]);
        }
      }
      case FLOAT16 -> {
        for (int j = 0; j < count; j++) {
          to.putShort(at + j * Short.BYTES, Float16.of(values[from + j]));
        }
      }
      case INT32 -> {
        for (int j = 0; j < count; j++) {
          to.putInt(at + j * Integer.BYTES, whole(column, values[from + j], Integer.MAX_VALUE));
        }
      }
      case UINT16 -> {
        for (int j = 0; j < count; j++) {
          to.putShort(at + j * Short.BYTES, (short) whole(column, values[from + j], 0xFFFF));
        }
      }
      case UINT8 -> {
        for (int j = 0; j < count; j++) {
          to.put(at + j, (byte) whole(column, values[from + j], 255));
        }
      }
    }
  }

  private static int whole(PackedColumn column, float value, int max) {
    int whole = (int) value;
    if (whole != value || whole < 0 || whole > max) {
      throw new IllegalArgumentException(
          "column %s holds %s; cannot store %s"
              .formatted(
                  column.name(),
                  column.storage() == Storage.INT32 ? "indices" : "whole numbers 0 to " + max,
                  value));
    }
    return whole;
  }

  private void flush() throws IOException {
    crc.update(buffer.array(), 0, buffer.position());
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
