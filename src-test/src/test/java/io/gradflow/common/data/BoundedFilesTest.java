package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.testkit.Refusal;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lengths that shards, sounds and images claim. */
class BoundedFilesTest {
  private static final int HEADER_BYTES = 128;

  @TempDir Path directory;

  /** Each is sealed by a right checksum. */
  @ParameterizedTest
  @CsvSource({
    "12, 2147483647, header of 2147483647 bytes in a packed shard of",
    "16, 2147483647, 'has 132 bytes; expected'",
    "20, 2147483647, 'has 132 bytes; expected'",
    "24, 2147483644, says 2147483644 bytes a row",
    "32, 2147483647, header of packed shard",
    "44, 2147483647, column name of 2147483647 bytes",
    "49, 2147483647, packed shard",
    "57, 2147483647, header of packed shard"
  })
  void shard_anyLengthInItsHeader_refused(int at, int value, String message) throws IOException {
    ByteBuffer shard = ByteBuffer.allocate(HEADER_BYTES + 4).order(ByteOrder.LITTLE_ENDIAN);
    shard.put("GFSHARD\0".getBytes(StandardCharsets.US_ASCII)).putInt(2).putInt(HEADER_BYTES);
    shard.putLong(1).putInt(4).putInt(0).putInt(1).putInt(0).putInt(0);
    shard.putInt(1).put((byte) 'x').putInt(1).putInt(1).putInt(1).putDouble(0).putDouble(1);
    shard.putInt(at, value);
    CRC32C crc = new CRC32C();
    crc.update(shard.array(), 0, HEADER_BYTES - 4);
    shard.putInt(HEADER_BYTES - 4, (int) crc.getValue());
    Path file = Files.write(directory.resolve("x.gfshard"), shard.array());
    Refusal.isCheap(IOException.class, message, () -> PackedShard.open(file));
  }

  @Test
  void sound_dataOfAnyLength_refused() {
    ByteBuffer wave = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    wave.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(56);
    wave.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wave.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(8000);
    wave.putShort((short) 1).putShort((short) 8);
    wave.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(Integer.MAX_VALUE);
    Refusal.isCheap(IllegalArgumentException.class, "cut short", () -> WaveFile.read(wave.array()));
  }

  @Test
  void image_ofAnySize_refused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY), "png", out));
    ByteBuffer png = ByteBuffer.wrap(out.toByteArray());
    // Width and height are the first of the chunk IHDR, its checksum behind 13 bytes of content.
    png.putInt(16, 100_000).putInt(20, 100_000);
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    png.putInt(29, (int) crc.getValue());
    Refusal.isCheap(
        ImageFile.BrokenException.class,
        "100000 x 100000 pixels",
        () -> ImageFile.decode(png.array(), 1));
  }
}
