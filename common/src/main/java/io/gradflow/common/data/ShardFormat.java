package io.gradflow.common.data;

import io.gradflow.common.data.TextTokens.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The header of a packed shard file. All numbers are little-endian.
 *
 * <pre>
 *  0  8 bytes  "GFSHARD" and a zero
 *  8  int32    version: 4; 1 to 3 are read
 * 12  int32    header bytes H, a multiple of 64, at most 64 MiB
 * 16  int64    rows
 * 24  int32    bytes a row with its checksum, a multiple of 4
 * 28  int32    CRC32C of the rows and, from version 4 on, of the ragged part
 * 32  int32    number of inputs
 * 36  int32    number of targets
 * 40  int32    1 if rows start with a float32 weight, else 0
 * 44  int64    from version 4 on: bytes R of the ragged part, 0 without ragged columns
 *     columns: int32 name bytes, name in UTF-8, int32 width, int32 storage code; from version 4 on
 *     int32 padding code; from version 2 on int32 number of scales, else one; float64 center and
 *     float64 factor of each
 *     zeros. Storage codes: 1 float32, 2 int32, 3 uint8, 4 uint16, 5 float16. Padding codes: 0 none
 *     is left out, 1 that behind the values, 2 that before them; 1 and 2 make a column ragged
 * H-4 int32    CRC32C of the H - 4 bytes before
 * H   rows, one record each: weight; with ragged columns int64 place of the row's block in the
 *     ragged part; 4-byte columns and of each ragged column int32 number of values, 2-byte columns,
 *     1-byte columns, zeros up to a multiple of 4; from version 3 on int32 {@link RowChecksum} of
 *     the bytes before, plus with ragged columns that of the row's block
 *     the ragged part, R bytes: of each row a block, the values of its ragged columns in their
 *     order, zeros up to a multiple of 4
 * </pre>
 *
 * Checked when a file is opened: sizes, both checksums, the layout. Checked whenever a row is read:
 * that its block lies in the ragged part and no column has more values than its width; its
 * checksum, since a map shows what happens to the file later. Not checked: that bytes of a record
 * or block between columns and end are zero, and that numbers are finite (the packer's job).
 *
 * @param version 1 to 4
 * @param layout the columns
 * @param rows number of records
 * @param raggedBytes of the ragged part
 * @param dataChecksum CRC32C of the records and the ragged part
 */
record ShardFormat(
    int version, PackedLayout layout, long rows, long raggedBytes, int dataChecksum) {
  static final int VERSION = 4;
  private static final int SCALES = 2;
  private static final int ROW_CHECKSUMS = 3;
  private static final int RAGGED = 4;
  static final int PREFIX_BYTES = 16;

  private static final long MAGIC = 0x0044524148534647L;
  private static final int MAX_HEADER_BYTES = 64 << 20;
  private static final int FIXED_BYTES = 44;

  /** Bytes of the header of a layout; does not depend on rows or checksum. */
  static int headerBytes(PackedLayout layout) {
    long bytes = FIXED_BYTES + Long.BYTES + Integer.BYTES;
    for (PackedColumn column : layout.columns().toList()) {
      bytes += 12 + 2 * Integer.BYTES + 16L * column.centers().size() + utf8(column.name()).length;
    }
    if (bytes > MAX_HEADER_BYTES - 63) {
      throw new IllegalArgumentException("packed shard header of " + bytes + " bytes");
    }
    return (int) ((bytes + 63) / 64 * 64);
  }

  /** Whether each row is followed by its checksum. */
  boolean rowsChecked() {
    return version >= ROW_CHECKSUMS;
  }

  /** Bytes from a row to the next. */
  int recordBytes() {
    return layout.stride() + (rowsChecked() ? Integer.BYTES : 0);
  }

  /** Bytes from a row to the next in a file of the newest version. */
  static int recordBytes(PackedLayout layout) {
    return new ShardFormat(VERSION, layout, 0, 0, 0).recordBytes();
  }

  /** The header of a file of the newest version. */
  ByteBuffer toBytes() {
    ByteBuffer header =
        ByteBuffer.allocate(headerBytes(layout)).order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC);
    header.putInt(VERSION).putInt(header.capacity());
    header.putLong(rows).putInt(recordBytes()).putInt(dataChecksum);
    header.putInt(layout.inputs().size()).putInt(layout.targets().size());
    header.putInt(layout.weighted() ? 1 : 0).putLong(raggedBytes);
    layout
        .columns()
        .forEach(
            column -> {
              byte[] name = utf8(column.name());
              header.putInt(name.length).put(name);
              header.putInt(column.width()).putInt(column.storage().code());
              header.putInt(paddingCode(column));
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
    long raggedBytes = 0;
    try {
      header.position(FIXED_BYTES);
      if (version >= RAGGED) {
        raggedBytes = header.getLong();
      }
      List<PackedColumn> columns = new ArrayList<>();
      for (int i = 0; i < Math.addExact(inputs, targets); i++) {
        columns.add(column(header, version));
      }
      PackedLayout layout =
          new PackedLayout(
              columns.subList(0, inputs),
              columns.subList(inputs, columns.size()),
              header.getInt(40) == 1);
      format = new ShardFormat(version, layout, rows, raggedBytes, header.getInt(28));
      recordBytes = format.recordBytes();
    } catch (RuntimeException e) {
      throw new IOException("header of packed shard: " + e, e);
    }
    if (recordBytes != stride) {
      throw new IOException(
          "packed shard says " + stride + " bytes a row; its columns take " + recordBytes);
    }
    if (raggedBytes < 0
        || raggedBytes > fileBytes
        || (raggedBytes > 0 && !format.layout().ragged())) {
      throw new IOException(
          "packed shard of %d bytes says that %d of them are of ragged columns"
              .formatted(fileBytes, raggedBytes));
    }
    if (rows < 0
        || rows > Integer.MAX_VALUE
        || fileBytes - raggedBytes != header.limit() + Math.multiplyExact(rows, (long) stride)) {
      throw new IOException(
          "packed shard of %d rows of %d bytes has %d bytes; expected %d"
              .formatted(rows, stride, fileBytes, header.limit() + rows * stride + raggedBytes));
    }
    return format;
  }

  private static int paddingCode(PackedColumn column) {
    return column.padding().map(side -> side == Side.END ? 1 : 2).orElse(0);
  }

  private static Optional<Side> padding(int code) {
    return switch (code) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(Side.END);
      case 2 -> Optional.of(Side.START);
      default ->
          throw new IllegalArgumentException("padding code " + code + "; this build reads 0 to 2");
    };
  }

  private static PackedColumn column(ByteBuffer header, int version) {
    int nameBytes = header.getInt();
    if (nameBytes < 0 || nameBytes > header.remaining()) {
      throw new IllegalArgumentException("column name of " + nameBytes + " bytes");
    }
    byte[] name = new byte[nameBytes];
    header.get(name);
    int width = header.getInt();
    PackedColumn.Storage storage = PackedColumn.Storage.of(header.getInt());
    Optional<Side> padding = padding(version >= RAGGED ? header.getInt() : 0);
    List<Double> centers = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    for (int scales = version >= SCALES ? header.getInt() : 1; scales > 0; scales--) {
      centers.add(header.getDouble());
      factors.add(header.getDouble());
    }
    return new PackedColumn(
        new String(name, StandardCharsets.UTF_8), width, storage, centers, factors, padding);
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
