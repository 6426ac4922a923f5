package io.gradflow.common.data;

import java.nio.ByteBuffer;

/**
 * The checksum of one row's record in a packed shard: cheap enough to be compared whenever the row
 * is read.
 *
 * <p>Two chains h = (h xor w) k over the 8-byte words w of the record in turn (little-endian, a
 * last half word by itself), k odd, folded to 32 bits. Every step is one-to-one in h and in w, so a
 * change within one word always changes its chain; what the folding hides is one change in 2^32.
 * About 5 bytes a cycle, without allocation.
 */
final class RowChecksum {
  // The golden ratio's and the square root of three's leading bits, made odd: any would do.
  private static final long K0 = 0x9E3779B97F4A7C15L;
  private static final long K1 = 0xBB67AE8584CAA73BL;

  private RowChecksum() {}

  /**
   * @param record in little-endian order; its position does not matter
   * @param at the first byte
   * @param bytes a multiple of 4
   */
  static int of(ByteBuffer record, int at, int bytes) {
    long a = K1;
    long b = K0;
    int i = at;
    int end = at + bytes;
    for (; i + 2 * Long.BYTES <= end; i += 2 * Long.BYTES) {
      a = (a ^ record.getLong(i)) * K0;
      b = (b ^ record.getLong(i + Long.BYTES)) * K1;
    }
    for (; i < end; i += Integer.BYTES) {
      a = (a ^ record.getInt(i)) * K0;
    }
    long sum = a + Long.rotateLeft(b, Integer.SIZE - 1);
    return (int) (sum ^ (sum >>> Integer.SIZE));
  }
}
