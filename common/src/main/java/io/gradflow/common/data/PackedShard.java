package io.gradflow.common.data;

import io.gradflow.common.array.Float16;
import io.gradflow.common.data.PackedColumn.Storage;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * The encoded rows of one micro-shard in a memory-mapped file: read at random without allocation,
 * kept in memory by the operating system's page cache and not by the heap. The format is that of
 * {@link ShardFormat}, written by {@link PackedShardWriter}.
 *
 * <p>Any number of threads may read. Whoever opens it closes it; after that reads fail. Closing
 * lets go of the maps but cannot unmap: the JDK does so when the garbage collector finds them,
 * since an unmapped page under a reading thread would end the JVM. The file may be deleted while it
 * is mapped (on Windows once the maps are collected).
 */
public final class PackedShard implements Closeable {
  /** A Java buffer holds 2^31 - 1 bytes; larger shards are mapped in several pieces. */
  private static final int MAX_MAP_BYTES = 1 << 30;

  private static final int BYTE_VALUES = 256;

  private final Path file;
  private final PackedLayout layout;
  private final int rows;
  private final int rowBytes;
  private final int recordBytes;
  private final boolean rowsChecked;
  private final int rowsPerMap;
  private final ByteBuffer[] maps;
  private final FloatBuffer[] floatMaps;
  private final int[] offsets;
  private final float[][] byteValues;
  private final Runnable onDamage;
  private final RaggedPart ragged; // null without ragged columns
  private final int[] raggedIndex; // of each column among the ragged ones
  private volatile boolean closed;

  private PackedShard(
      Path file,
      ShardFormat format,
      int rowsPerMap,
      MappedByteBuffer[] maps,
      RaggedPart ragged,
      Runnable onDamage) {
    this.file = file;
    this.onDamage = onDamage;
    this.layout = format.layout();
    this.rows = (int) format.rows();
    this.rowBytes = layout.stride();
    this.recordBytes = format.recordBytes();
    this.rowsChecked = format.rowsChecked();
    this.rowsPerMap = rowsPerMap;
    this.offsets = layout.offsets();
    this.maps = new ByteBuffer[maps.length];
    this.floatMaps = new FloatBuffer[maps.length];
    for (int i = 0; i < maps.length; i++) {
      this.maps[i] = maps[i].order(ByteOrder.LITTLE_ENDIAN);
      this.floatMaps[i] = this.maps[i].asFloatBuffer();
    }
    this.byteValues = layout.columns().map(PackedShard::byteValues).toArray(float[][]::new);
    this.ragged = ragged;
    this.raggedIndex = new int[offsets.length];
    List<PackedColumn> columns = layout.columns().toList();
    for (int c = 0, next = 0; c < raggedIndex.length; c++) {
      raggedIndex[c] = columns.get(c).ragged() ? next++ : -1;
    }
  }

  /**
   * Opens and verifies a file: it is read once as a whole for its checksum.
   *
   * @throws IOException if it cannot be read or is not what was written, naming file and fault
   */
  public static PackedShard open(Path file) throws IOException {
    return open(file, () -> {});
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param onDamage called, on any thread, before a read fails because a row has changed since
   */
  public static PackedShard open(Path file, Runnable onDamage) throws IOException {
    return open(file, MAX_MAP_BYTES, onDamage);
  }

  static PackedShard open(Path file, int maxMapBytes) throws IOException {
    return open(file, maxMapBytes, () -> {});
  }

  private static PackedShard open(Path file, int maxMapBytes, Runnable onDamage)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long fileBytes = channel.size();
      int headerBytes =
          ShardFormat.headerBytes(
              readAt(channel, 0, (int) Math.min(fileBytes, ShardFormat.PREFIX_BYTES)), fileBytes);
      ShardFormat format = ShardFormat.parse(readAt(channel, 0, headerBytes), fileBytes);
      int recordBytes = format.recordBytes();
      int rowsPerMap = Math.max(1, maxMapBytes / recordBytes);
      int pieces = (int) ((format.rows() + rowsPerMap - 1) / rowsPerMap);
      MappedByteBuffer[] maps = new MappedByteBuffer[pieces];
      CRC32C crc = new CRC32C();
      for (int i = 0; i < pieces; i++) {
        long firstRow = (long) i * rowsPerMap;
        long bytes = Math.min(rowsPerMap, format.rows() - firstRow) * recordBytes;
        maps[i] = channel.map(MapMode.READ_ONLY, headerBytes + firstRow * recordBytes, bytes);
        crc.update(maps[i].duplicate());
      }
      RaggedPart ragged =
          format.layout().ragged()
              ? RaggedPart.map(
                  channel, format, headerBytes + format.rows() * recordBytes, maxMapBytes, crc)
              : null;
      if ((int) crc.getValue() != format.dataChecksum()) {
        throw new IOException("checksum of the rows does not match: the file is damaged");
      }
      return new PackedShard(file, format, rowsPerMap, maps, ragged, onDamage);
    } catch (NoSuchFileException e) {
      throw e; // Not packed yet, or deleted: nothing is wrong with the file.
    } catch (IOException e) {
      throw new IOException("packed shard " + file + ": " + e.getMessage(), e);
    }
  }

  public int rows() {
    return rows;
  }

  public PackedLayout layout() {
    return layout;
  }

  /**
   * Fills the batch with the rows {@code localRows[0 .. count)}, in that order.
   *
   * @throws IndexOutOfBoundsException if a row is not in [0, rows)
   * @throws GradflowException IO if a row is not what was written: the file or the memory that
   *     shows it has changed
   */
  public void read(int[] localRows, int count, MiniBatch batch) {
    for (int i = 0; i < count; i++) {
      Objects.checkIndex(localRows[i], rows);
    }
    read(localRows, 0, count, batch);
  }

  /** Fills the batch with the rows {@code [from, from + count)}. */
  public void read(int from, int count, MiniBatch batch) {
    Objects.checkFromIndexSize(from, count, rows);
    read(null, from, count, batch);
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(maps, null);
    Arrays.fill(floatMaps, null);
    if (ragged != null) {
      ragged.close();
    }
  }

  private void read(int[] localRows, int from, int count, MiniBatch batch) {
    if (closed) {
      throw new IllegalStateException("packed shard is closed");
    }
    if (rowsChecked) {
      requireWhole(localRows, from, count);
    }
    batch.rows(count);
    List<PackedColumn> inputs = layout.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      readColumn(i, inputs.get(i), localRows, from, count, batch.input(i));
    }
    List<PackedColumn> targets = layout.targets();
    for (int i = 0; i < targets.size(); i++) {
      readColumn(inputs.size() + i, targets.get(i), localRows, from, count, batch.target(i));
    }
    if (layout.weighted()) {
      readFloats(0, 1, localRows, from, count, batch.weights());
    } else {
      Arrays.fill(batch.weights(), 0, count, 1f);
    }
  }

  private void requireWhole(int[] localRows, int from, int count) {
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      ByteBuffer map = maps[row / rowsPerMap];
      int start = at(row, 0);
      boolean whole =
          ragged == null
              ? RowChecksum.of(map, start, rowBytes) == map.getInt(start + rowBytes)
              : ragged.isWhole(map, start, rowBytes);
      if (!whole) {
        onDamage.run();
        throw new GradflowException(
            ExitCode.IO,
            "packed shard "
                + file
                + ": row "
                + row
                + " is not what was written: the disk or the memory that holds it has changed it."
                + " A task that is tried again packs the shard anew; the run goes on from its"
                + " newest checkpoint with --resume auto");
      }
    }
  }

  private void readColumn(
      int c, PackedColumn column, int[] localRows, int from, int count, float[] to) {
    if (column.ragged()) {
      readRagged(raggedIndex[c], column.width(), localRows, from, count, to);
      return;
    }
    switch (column.storage()) {
      case FLOAT32 -> readFloats(offsets[c], column.width(), localRows, from, count, to);
      case FLOAT16 -> readHalves(offsets[c], column.width(), localRows, from, count, to);
      case INT32 -> readInts(offsets[c], column.width(), localRows, from, count, to);
      case UINT16 -> readShorts(offsets[c], column.width(), localRows, from, count, to);
      case UINT8 ->
          readBytes(offsets[c], column.width(), byteValues[c], localRows, from, count, to);
    }
  }

  private void readRagged(int c, int width, int[] localRows, int from, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      ragged.read(maps[row / rowsPerMap], at(row, 0), c, to, i * width);
    }
  }

  private void readFloats(int offset, int width, int[] localRows, int from, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      floatMaps[row / rowsPerMap].get(at(row, offset) / Float.BYTES, to, i * width, width);
    }
  }

  private void readHalves(int offset, int width, int[] localRows, int from, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      ByteBuffer map = maps[row / rowsPerMap];
      int start = at(row, offset);
      for (int j = 0; j < width; j++) {
        to[i * width + j] = Float16.toFloat(map.getShort(start + j * Short.BYTES));
      }
    }
  }

  private void readInts(int offset, int width, int[] localRows, int from, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      ByteBuffer map = maps[row / rowsPerMap];
      int start = at(row, offset);
      for (int j = 0; j < width; j++) {
        to[i * width + j] = map.getInt(start + j * Integer.BYTES);
      }
    }
  }

  private void readShorts(int offset, int width, int[] localRows, int from, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      ByteBuffer map = maps[row / rowsPerMap];
      int start = at(row, offset);
      for (int j = 0; j < width; j++) {
        to[i * width + j] = map.getChar(start + j * Character.BYTES);
      }
    }
  }

  private void readBytes(
      int offset, int width, float[] values, int[] localRows, int from, int count, float[] to) {
    if (values.length > BYTE_VALUES) {
      readChannels(offset, width, values, localRows, from, count, to);
      return;
    }
    int whole = width & -Long.BYTES;
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      ByteBuffer map = maps[row / rowsPerMap];
      int start = at(row, offset);
      int t = i * width;
      // Eight bytes a read: a mapped buffer checks bounds and liveness on each.
      for (int j = 0; j < whole; j += Long.BYTES) {
        long bytes = map.getLong(start + j);
        for (int k = 0; k < Long.BYTES; k++) {
          to[t++] = values[(int) (bytes >>> (k * Byte.SIZE)) & 0xFF];
        }
      }
      for (int j = whole; j < width; j++) {
        to[t++] = values[map.get(start + j) & 0xFF];
      }
    }
  }

  /** As {@link #readBytes} where values take turns in how they decode. */
  private void readChannels(
      int offset, int width, float[] values, int[] localRows, int from, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      int row = localRows == null ? from + i : localRows[i];
      ByteBuffer map = maps[row / rowsPerMap];
      int start = at(row, offset);
      int table = 0;
      for (int j = 0; j < width; j++) {
        to[i * width + j] = values[table + (map.get(start + j) & 0xFF)];
        table += BYTE_VALUES;
        table = table == values.length ? 0 : table;
      }
    }
  }

  private int at(int row, int offset) {
    return row % rowsPerMap * recordBytes + offset;
  }

  private static float[] byteValues(PackedColumn column) {
    if (column.storage() != Storage.UINT8) {
      return new float[0];
    }
    int channels = column.centers().size();
    float[] values = new float[channels * BYTE_VALUES];
    for (int c = 0; c < channels; c++) {
      for (int b = 0; b < BYTE_VALUES; b++) {
        values[c * BYTE_VALUES + b] =
            (float) ((b - column.centers().get(c)) * column.factors().get(c));
      }
    }
    return values;
  }

  private static ByteBuffer readAt(FileChannel channel, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    int read = 0;
    while (buffer.hasRemaining() && read >= 0) {
      read = channel.read(buffer, position + buffer.position());
    }
    return buffer.flip();
  }
}
