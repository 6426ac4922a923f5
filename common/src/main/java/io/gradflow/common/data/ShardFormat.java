package io.gradflow.common.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The header of a packed shard file. All numbers are little-endian.
 *
 * <pre>
 *  0  8 bytes  "GFSHARD" and a zero
 *  8  int32    version: 3; 1 and 2 are read
 * 12  int32    header bytes H, a multiple of 64, at most 64 MiB
 * 16  int64    rows
 * 24  int32    bytes a row with its checksum, a multiple of 4
 * 28  int32    CRC32C of the rows
 * 32  int32    number of inputs
 * 36  int32    number of targets
 * 40  int32    1 if rows start with a float32 weight, else 0
 * 44  columns: int32 name bytes, name in UTF-8, int32 width, int32 storage code; from version 2 on
 *     int32 number of scales, else one; float64 center and float64 factor of each
 *     zeros. Storage codes: 1 float32, 2 int32, 3 uint8, 4 uint16, 5 float16
 * H-4 int32    CRC32C of the H - 4 bytes before
 * H   rows, one record each: weight, 4-byte columns, 2-byte columns, 1-byte columns, zeros up to a
 *     multiple of 4; from version 3 on int32 {@link RowChecksum} of the bytes before
 * </pre>
 *
 * Checked when a file is opened: sizes, both checksums, the layout. Checked whenever a row is read:
 * its checksum, since a map shows what happens to the file later. Not checked: that bytes of a
 * record between columns and end are zero, and that numbers are finite (the packer's job).
 *
 * @param version 1 to 3
 * @param layout the columns
 * @param rows number of records
 * @param dataChecksum CRC32C of the records
 */
record ShardFormat(int version, PackedLayout layout, long rows, int dataChecksum) {
  static final int VERSION = 3;
  private static final int SCALES = 2;
  static final int PREFIX_BYTES = 16;

  private static final long MAGIC = 0x0044524148534647L;
  private static final int MAX_HEADER_BYTES = 64 << 20;
  private static final int FIXED_BYTES = 44;

  /** Bytes of the header of a layout; does not depend on rows or checksum. */
  static int headerBytes(PackedLayout layout) {
    long bytes = FIXED_BYTES + Integer.BYTES;
    for (PackedColumn column : layout.columns().toList()) {
      bytes += 12 + Integer.BYTES + 16L * column.centers().size() + utf8(column.name()).length;
    }
    if (bytes > MAX_HEADER_BYTES - 63) {
      throw new IllegalArgumentException("packed shard header of " + bytes + " bytes");
    }
    return (int) ((bytes + 63) / 64 * 64);
  }

  /** Whether each row is followed by its checksum. */
  boolean rowsChecked() {
    return version == VERSION;
  }

  /** Bytes from a row to the next. */
  int recordBytes() {
    return layout.stride() + (rowsChecked() ? Integer.BYTES : 0);
  }

  /** The header of a file of the newest version. */
  ByteBuffer toBytes() {
    ByteBuffer header =
        ByteBuffer.allocate(headerBytes(layout)).order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC);
    header.putInt(VERSION).putInt(header.capacity());
    header.putLong(rows).putInt(recordBytes()).putInt(dataChecksum);
    header.putInt(layout.inputs().size()).putInt(layout.targets().size());
    header.putInt(layout.weighted() ? 1 : 0);
    layout
        .columns()
        .forEach(
            column -> {
              byte[] name = utf8(column.name());
              header.putInt(name.length).put(name);
              header.putInt(column.width()).putInt(column.storage().code());
              header.putInt(column.centers().size());
              for (int i = 0; i < column.centers().size(); i++) {
                header.putDouble(column.centers().get(i)).putDouble(column.factors().get(i));
              }
            });
    int end = header.capacity() - Integer.BYTES;
    header.putInt(end, checksum(header, end));
    return header.rewind();
  }

  /**
   * The header's length, from the first {@link #PREFIX_BYTES} of a file of {@code fileBytes}.
   *
   * @throws IOException if this is no packed shard of a version this build reads
   */
  static int headerBytes(ByteBuffer prefix, long fileBytes) throws IOException {
    prefix.order(ByteOrder.LITTLE_ENDIAN);
    if (prefix.remaining() < PREFIX_BYTES || prefix.getLong(0) != MAGIC) {
      throw new IOException("not a packed shard: it does not start with GFSHARD");
    }
    int version = prefix.getInt(8);
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "packed shard format version " + version + ", this build reads 1 to " + VERSION);
    }
    int bytes = prefix.getInt(12);
    if (bytes < FIXED_BYTES || bytes > MAX_HEADER_BYTES || bytes > fileBytes) {
      throw new IOException(
          "header of " + bytes + " bytes in a packed shard of " + fileBytes + " bytes");
    }
    return bytes;
  }

  /**
   * Reads a whole header.
   *
   * @throws IOException if its checksum or its content is wrong, or the file's size does not fit
   */
  static ShardFormat parse(ByteBuffer header, long fileBytes) throws IOException {
    header.order(ByteOrder.LITTLE_ENDIAN);
    int end = header.limit() - Integer.BYTES;
    if (header.getInt(end) != checksum(header, end)) {
      throw new IOException("header checksum of packed shard does not match");
    }
    int version = header.getInt(8);
    long rows = header.getLong(16);
    int stride = header.getInt(24);
    int inputs = header.getInt(32);
    int targets = header.getInt(36);
    ShardFormat format;
    int recordBytes;
    try {
      header.position(FIXED_BYTES);
      List<PackedColumn> columns = new ArrayList<>();
      for (int i = 0; i < Math.addExact(inputs, targets); i++) {
        columns.add(column(header, version >= SCALES));
      }
      PackedLayout layout =
          new PackedLayout(
              columns.subList(0, inputs),
              columns.subList(inputs, columns.size()),
              header.getInt(40) == 1);
      format = new ShardFormat(version, layout, rows, header.getInt(28));
      recordBytes = format.recordBytes();
    } catch (RuntimeException e) {
      throw new IOException("header of packed shard: " + e, e);
    }
    if (recordBytes != stride) {
      throw new IOException(
          "packed shard says " + stride + " bytes a row; its columns take " + recordBytes);
    }
    if (rows < 0
        || rows > Integer.MAX_VALUE
        || fileBytes != header.limit() + Math.multiplyExact(rows, (long) stride)) {
      throw new IOException(
          "packed shard of %d rows of %d bytes has %d bytes; expected %d"
              .formatted(rows, stride, fileBytes, header.limit() + rows * stride));
    }
    return format;
  }

  private static PackedColumn column(ByteBuffer header, boolean several) {
    int nameBytes = header.getInt();
    if (nameBytes < 0 || nameBytes > header.remaining()) {
      throw new IllegalArgumentException("column name of " + nameBytes + " bytes");
    }
    byte[] name = new byte[nameBytes];
    header.get(name);
    int width = header.getInt();
    PackedColumn.Storage storage = PackedColumn.Storage.of(header.getInt());
    List<Double> centers = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    for (int scales = several ? header.getInt() : 1; scales > 0; scales--) {
      centers.add(header.getDouble());
      factors.add(header.getDouble());
    }
    return new PackedColumn(
        new String(name, StandardCharsets.UTF_8), width, storage, centers, factors);
  }

  private static int checksum(ByteBuffer header, int end) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().limit(end).position(0));
    return (int) crc.getValue();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
