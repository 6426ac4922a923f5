package io.gradflow.driver.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;

/** Writes files that are broken each in one way, into one directory. */
final class BrokenSources {
  private static final String GOOD = "x1,x2,label\n1,2,a\n3,4,b\n5,6,a\n";
  private static final String SELECT =
      "select cast(id as int) as x1, cast(id * 2 as int) as x2, if(id %% 2 = 0, 'a', 'b') as label"
          + " from range(%d)";

  private final Path directory;
  private final SparkSession spark;

  BrokenSources(Path directory, SparkSession spark) {
    this.directory = directory;
    this.spark = spark;
  }

  void write() throws IOException {
    texts();
    tables();
    arrays();
    images();
    sounds();
  }

  private void texts() throws IOException {
    text("good.csv", GOOD);
    bytes("utf16.csv", GOOD.getBytes(StandardCharsets.UTF_16));
    text("twice.csv", "x1,x1,label\n1,2,a\n3,4,b\n");
    text("twice-by-case.csv", "x1,x2,X1,label\n1,2,3,a\n3,4,5,b\n");
    text("ten-megabytes.csv", GOOD.replace("3", "9".repeat(10_000_000) + "!"));
    text("wide-number.csv", GOOD.replace("1,2", "1" + "0".repeat(400) + ",2"));
    text("nul.csv", GOOD.replace("1,2", "1\0,2"));
    text("grouped.csv", GOOD.replace("1,2", "1,\"1,234\""));
    text("date.csv", GOOD.replace("4", "2026-11-25"));
    text("nan.csv", GOOD + "7,NaN,b\n");
    Files.createDirectory(directory.resolve("empty-directory"));
    byte[] gzip = gzip(GOOD.repeat(400));
    gzip[gzip.length - 6] ^= 0x55;
    bytes("flipped.csv.gz", gzip);
    bytes("garbage.csv.bz2", "BZh9 but not really".getBytes(StandardCharsets.US_ASCII));
    text("drift/a.csv", GOOD);
    text("drift/b.csv", "x1,x3,label\n1,2,a\n");
    text("no-header.csv", "1,2,a\n3,4,b\n");
    text("spaces.csv", "x 1,x2,label\n1,2,a\n3,4,b\n");
    text("dot.csv", "x.1,x2,label\n1,2,a\n3,4,b\n");
    text("pretty.json", "{\n  \"x1\": 1,\n  \"x2\": 2,\n  \"label\": \"a\"\n}\n");
    text("array.json", object(1, "a") + object(2, "b") + "[1, 2]\n");
    bytes(
        "not-utf8.json",
        (object(1, "a") + object(2, "\u00e4")).getBytes(Charset.forName("ISO-8859-1")));
    text("text.json", "these are\nno objects\n");
    text(
        "null-column.json", (object(1, "a") + object(2, "b")).replace("\"x2\": 2", "\"x2\": null"));
    text("zero.libsvm", "1 0:3\n0 1:1\n");
    text("beyond.libsvm", "1 1:3\n0 3:1\n");
    bytes("not-utf8.txt", "na\u00efve\n".getBytes(Charset.forName("ISO-8859-1")));
    text("all-missing.csv", "x1,x2,label\n1,,a\n3,,b\n");
    text("kept/train/mine.txt", "an earlier quarantine");
    text("one-row.csv", "x1,x2,label\n1,2,a\n");
    text("weights.csv", "x1,x2,label,weight\n1,2,a,0\n3,4,b,0\n");
    text("other.csv", "x1,label\n1,a\n");
  }

  private static String object(int x, String label) {
    return "{\"x1\": %d, \"x2\": 2, \"label\": \"%s\"}%n".formatted(x, label);
  }

  private void tables() throws IOException {
    spark.sql(SELECT.formatted(6)).createOrReplaceTempView("broken_sources");
    byte[] good = parquet(SELECT.formatted(2000));
    bytes("cut-directory/a.parquet", good);
    bytes("cut-directory/b.parquet", Arrays.copyOf(good, good.length - 20));
    bytes("empty-file/a.parquet", good);
    bytes("empty-file/part-zero.parquet", new byte[0]);
    byte[] flipped = good.clone();
    Arrays.fill(flipped, 20, 60, (byte) 0xA5);
    bytes("flipped.parquet", flipped);
    bytes("types/a.parquet", good);
    bytes("types/b.parquet", parquet("select 'one' as x1, 2 as x2, 'a' as label"));
    bytes("lacking/a.parquet", good);
    bytes("lacking/b.parquet", parquet("select 1 as x1, 'a' as label"));
    bytes("struct.parquet", parquet("select named_struct('a', 1) as x1, 2 as x2, 'a' as label"));
    bytes("map.parquet", parquet("select map('a', 1) as x1, 2 as x2, 'a' as label"));
    bytes("array.parquet", parquet("select array(1, 2) as x1, 2 as x2, 'a' as label"));
    bytes("binary.parquet", parquet("select cast('a' as binary) as x1, 2 as x2, 'a' as label"));
    bytes("nan.parquet", parquet("select double('NaN') as x1, 2 as x2, 'a' as label"));
    byte[] orc = written("orc", SELECT.formatted(2000));
    bytes("cut.orc", Arrays.copyOf(orc, orc.length / 2));
    bytes("no-rows.orc", written("orc", SELECT.formatted(0)));
  }

  private byte[] parquet(String query) throws IOException {
    return written("parquet", query);
  }

  private byte[] written(String format, String query) throws IOException {
    Path temporary = directory.resolve("temporary");
    spark
        .sql(query)
        .coalesce(1)
        .write()
        .mode("overwrite")
        .format(format)
        .save(temporary.toString());
    try (Stream<Path> files = Files.list(temporary)) {
      return Files.readAllBytes(
          files
              .filter(file -> file.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow());
    }
  }

  private void arrays() throws IOException {
    bytes("huge.idx", HexFormat.of().parseHex("00000803000000047FFFFFFF7FFFFFFF0000"));
    bytes("negative.idx", HexFormat.of().parseHex("00000802FFFFFFFF000000020000"));
    bytes("empty.bin", new byte[0]);
    byte[] good = npy(1, "(4, 2)");
    bytes("cut-header.npy", Arrays.copyOf(good, 40));
    bytes("huge.npy", npy(1, "(4, 99999999, 99999999)"));
    bytes("no-shape.npy", npy(1, "()"));
    bytes("big-axis.npy", npy(1, "(4, 99999999999999999999)"));
    bytes("version.npy", npy(9, "(4, 2)"));
    bytes("garbage.npz", "PK but nothing behind it".getBytes(StandardCharsets.US_ASCII));
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (java.util.zip.ZipOutputStream out = new java.util.zip.ZipOutputStream(zip)) {
      out.putNextEntry(new java.util.zip.ZipEntry("values.npy"));
      out.write(good);
    }
    bytes("cut.npz", Arrays.copyOf(zip.toByteArray(), 60));
  }

  private static byte[] npy(int version, String shape) {
    String head = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
    byte[] text = (head + " ".repeat(117 - head.length()) + "\n").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(10 + text.length + 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0})
        .putShort((short) text.length)
        .put(text)
        .put(new byte[8])
        .array();
  }

  private void images() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", out);
    byte[] png = out.toByteArray();
    bytes("images/a/good.png", png);
    bytes("images/b/good.png", png);
    bytes("images/b/empty.png", new byte[0]);
    bytes("no-images/a/good.png", png);
    text("no-images/b/notes.txt", "this is no image");
    bytes("labelled/a.png", png);
    bytes("labelled/b.png", png);
    text("twice-labels.csv", "file,what\na.png,x\nb.png,y\na.png,y\n");
    text("few-labels.csv", "file,what\na.png,x\n");
  }

  private void sounds() throws IOException {
    byte[] good = wav(8000, 16);
    bytes("sounds/a/good.wav", good);
    text("sounds/b/text.wav", "this is no sound");
    bytes("cut-sounds/a/good.wav", good);
    bytes("cut-sounds/b/cut.wav", Arrays.copyOf(good, good.length - 400));
    bytes("fast-sounds/a/good.wav", good);
    bytes("fast-sounds/b/16k.wav", wav(16000, 16));
    bytes("odd-sounds/a/good.wav", good);
    bytes("odd-sounds/b/odd.wav", wav(8000, 12));
  }

  private static byte[] wav(int rate, int bits) {
    int samples = 1600;
    ByteBuffer wav = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 1).putInt(rate).putInt(2 * rate);
    wav.putShort((short) 2).putShort((short) bits);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    for (int i = 0; i < samples; i++) {
      wav.putShort((short) (1000 * (i % 17)));
    }
    return wav.array();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private void text(String name, String content) throws IOException {
    bytes(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }
}
