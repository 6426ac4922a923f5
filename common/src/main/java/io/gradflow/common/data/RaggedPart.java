package io.gradflow.common.data;

import io.gradflow.common.data.TextTokens.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The ragged part of a packed shard, memory-mapped: a block of values a row. It is mapped in
 * pieces, each longer than the distance to the next by the longest block, so that none is cut.
 */
final class RaggedPart {
  private final ByteBuffer[] pieces;
  private final int pieceBytes;
  private final long bytes;
  private final int placeOffset;
  private final PackedColumn[] columns; // the ragged ones
  private final int[] offsets; // of their counts in a record
  private final int[] valueBytes;

  private RaggedPart(PackedLayout layout, ByteBuffer[] pieces, int pieceBytes, long bytes) {
    this.pieces = pieces;
    this.pieceBytes = pieceBytes;
    this.bytes = bytes;
    this.placeOffset = layout.placeOffset();
    List<PackedColumn> all = layout.columns().toList();
    int[] ragged = layout.raggedColumns();
    this.columns = Arrays.stream(ragged).mapToObj(all::get).toArray(PackedColumn[]::new);
    int[] inRecord = layout.offsets();
    this.offsets = Arrays.stream(ragged).map(c -> inRecord[c]).toArray();
    this.valueBytes = Arrays.stream(columns).mapToInt(column -> column.storage().bytes()).toArray();
  }

  /**
   * Maps the part of a file from {@code start} on.
   *
   * @param pieceBytes from the start of a map to that of the next, at most 2^30
   * @param crc gets all its bytes
   */
  static RaggedPart map(
      FileChannel channel, ShardFormat format, long start, int pieceBytes, CRC32C crc)
      throws IOException {
    long bytes = format.raggedBytes();
    int longest = format.layout().maxBlockBytes();
    ByteBuffer[] pieces = new ByteBuffer[Math.toIntExact((bytes + pieceBytes - 1) / pieceBytes)];
    for (int i = 0; i < pieces.length; i++) {
      long from = (long) i * pieceBytes;
      pieces[i] =
          channel
              .map(
                  MapMode.READ_ONLY,
                  start + from,
                  Math.min((long) pieceBytes + longest, bytes - from))
              .order(ByteOrder.LITTLE_ENDIAN);
      crc.update(pieces[i].duplicate().limit((int) Math.min(pieceBytes, bytes - from)));
    }
    return new RaggedPart(format.layout(), pieces, pieceBytes, bytes);
  }

  /**
   * Whether a row's record and its block are what was written.
   *
   * @param start of the record
   * @param rowBytes of the record, checksum aside
   */
  boolean isWhole(ByteBuffer record, int start, int rowBytes) {
    int length = (int) PackedLayout.aligned(blockBytes(record, start));
    long place = record.getLong(start + placeOffset);
    if (length < 0 || place < 0 || place > bytes - length) {
      return false;
    }
    ByteBuffer block = length == 0 ? record : pieces[(int) (place / pieceBytes)];
    int sum =
        RowChecksum.of(record, start, rowBytes)
            + RowChecksum.of(block, (int) (place % pieceBytes), length);
    return sum == record.getInt(start + rowBytes);
  }

  /**
   * Reads a row's values of a column and puts zeros where its padding was.
   *
   * @param start of the record, which is whole
   * @param c which of the ragged columns
   * @param offset of the column's width of floats in {@code to}
   */
  void read(ByteBuffer record, int start, int c, float[] to, int offset) {
    long place = record.getLong(start + placeOffset);
    for (int before = 0; before < c; before++) {
      place += (long) record.getInt(start + offsets[before]) * valueBytes[before];
    }
    PackedColumn column = columns[c];
    int width = column.width();
    int count = record.getInt(start + offsets[c]);
    boolean behind = column.padding().get() == Side.END;
    int first = behind ? offset : offset + width - count;
    Arrays.fill(to, behind ? first + count : offset, behind ? offset + width : first, 0f);
    if (count == 0) {
      return;
    }
    ByteBuffer piece = pieces[(int) (place / pieceBytes)];
    int at = (int) (place % pieceBytes);
    switch (column.storage()) {
      case UINT8 -> {
        for (int j = 0; j < count; j++) {
          to[first + j] = piece.get(at + j) & 0xFF;
        }
      }
      case UINT16 -> {
        for (int j = 0; j < count; j++) {
          to[first + j] = piece.getChar(at + j * Character.BYTES);
        }
      }
      default -> {
        for (int j = 0; j < count; j++) {
          to[first + j] = piece.getInt(at + j * Integer.BYTES);
        }
      }
    }
  }

  /** Lets go of the maps. */
  void close() {
    Arrays.fill(pieces, null);
  }

  /** Bytes of a row's values; below -3 if a count is out of range. */
  private int blockBytes(ByteBuffer record, int start) {
    int length = 0;
    for (int c = 0; c < columns.length; c++) {
      int count = record.getInt(start + offsets[c]);
      if (count < 0 || count > columns[c].width()) {
        return Integer.MIN_VALUE;
      }
      length += count * valueBytes[c];
    }
    return length;
  }
}
