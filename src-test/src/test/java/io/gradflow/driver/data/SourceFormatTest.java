package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same four rows (0 255, label 3), (7 0, 5), (1 2, 3), (9 9, 5) in every format. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SourceFormatTest {
  private static final byte[] PIXELS = {0, (byte) 255, 7, 0, 1, 2, 9, 9};
  private static final byte[] LABELS = {3, 5, 3, 5};
  private static final float[] ROWS = {0, 255, 0, 1, 7, 0, 1, 1, 1, 2, 0, 1, 9, 9, 1, 1};

  private Path directory;

  @BeforeAll
  void write(@TempDir Path temporary) throws IOException {
    directory = temporary;
    Files.writeString(directory.resolve("rows.tsv"), "a\tb\tlabel\n0\t255\t3\n7\t0\t5\n");
    Files.writeString(directory.resolve("more.tsv"), "a\tb\tlabel\n1\t2\t3\n9\t9\t5\n");
    Files.writeString(
        directory.resolve("rows.libsvm"), "3 2:255\n5 1:7 # seven\n\n3 1:1 2:2\n5 1:9 2:9\n");
    byte[] images = idx("00000802" + "00000004" + "00000002", PIXELS);
    write("images.idx", images);
    try (OutputStream gzip =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("images.idx.gz")))) {
      gzip.write(images);
    }
    write("labels.idx", idx("00000801" + "00000004", LABELS));
    byte[] bytes = npy("|u1", "(4, 2)", PIXELS);
    ByteBuffer longs = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (byte label : LABELS) {
      longs.putLong(label);
    }
    byte[] labels = npy("<i8", "(4,)", longs.array());
    write("rows.npz", npz(bytes, labels));
    write("cut.npz", npz(Arrays.copyOf(bytes, bytes.length - 1), labels));
    write("uneven.npz", npz(npy("|u1", "(3, 2)", PIXELS), labels));
    write("fortran.npy", npy("|u1", "(4, 2)', 'fortran_order': True", PIXELS));
    write("objects.npy", npy("|O8", "(4, 2)", PIXELS));
    write("cut.idx", Arrays.copyOf(images, images.length - 1));
    write("short-labels.idx", idx("00000801" + "00000003", LABELS));
    Files.writeString(directory.resolve("unsorted.libsvm"), "3 2:255 1:1\n");
    Files.writeString(directory.resolve("words.libsvm"), "3 1:one\n5 1:1\n");
    SparkSessions.local2()
        .read()
        .option("header", true)
        .option("sep", "\t")
        .csv(directory.resolve("rows.tsv").toString(), directory.resolve("more.tsv").toString())
        .createOrReplaceTempView("source_format_test");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {format: tsv, path: [DIR/rows.tsv, DIR/more.tsv]}      | {columns: [a, b]}               | label
          {format: tsv, path: DIR/*.tsv}                         | {columns: [a, b]}               | label
          {format: libsvm, path: DIR/rows.libsvm}                | {columns: features, as: vector} | label
          {format: libsvm, path: DIR/rows.libsvm, options: {features: 2}} | {columns: features, as: vector} | label
          {format: idx, path: DIR/images.idx, options: {labels: labels.idx}}    | {columns: values, as: vector}   | label
          {format: idx, path: DIR/images.idx.gz, options: {labels: labels.idx}} | {columns: values, as: vector, shape: [1, 2, 1]} | label
          {format: numpy, path: DIR/rows.npz}                    | {columns: x, as: vector}        | y
          {format: sql, path: select *, cast(label as int) as l from source_format_test} | {columns: [a, b]} | l
          """)
  void prepare_sameRows_sameFloats(String source, String feature, String label) {
    try (PreparedData data = prepare(source, feature, label)) {
      float[] all = ShardContents.of(data.train())[0];
      assertEquals(List.of("3", "5"), data.schema().targets().get(0).classes());
      List<String> found = rows(all);
      assertEquals(rows(ROWS), found);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {format: idx, path: DIR/cut.idx, options: {labels: labels.idx}}          | values | BAD_DATA | ends in row 4; its header says 4 rows
          {format: idx, path: DIR/images.idx, options: {labels: short-labels.idx}} | values | BAD_DATA | has 3 rows of 1 values; expected a label for each of the 4 rows
          {format: idx, path: DIR/images.idx, options: {labels: none.idx}}         | values | INPUT_MISSING | none.idx
          {format: idx, path: DIR/rows.tsv}                    | values | BAD_DATA | is no IDX file: it starts with 0x61096209
          {format: numpy, path: DIR/rows.tsv}                  | values | BAD_DATA | is no NumPy array
          {format: numpy, path: DIR/cut.npz}                   | x      | BAD_DATA | ends in row 4
          {format: numpy, path: DIR/uneven.npz}                | x      | BAD_DATA | arrays of 3 and of 4 rows
          {format: numpy, path: DIR/objects.npy}               | values | BAD_DATA | expected numbers of 1 to 8 bytes in C order
          {format: numpy, path: DIR/fortran.npy}               | values | BAD_DATA | expected numbers of 1 to 8 bytes in C order
          {format: libsvm, path: DIR/unsorted.libsvm}          | features | BAD_DATA | "3 2:255 1:1"
          {format: libsvm, path: DIR/words.libsvm}             | features | BAD_DATA | "3 1:one"
          {format: libsvm, path: DIR/rows.libsvm, options: {features: two}} | features | BAD_JOB | expected a whole number
          {format: sql, path: select from}                     | a      | BAD_DATA | cannot be read
          {format: sql, path: select * from nowhere_at_all}    | a      | INPUT_MISSING | nowhere_at_all
          {format: avro, path: DIR/rows.tsv}                   | a      | BAD_DATA | avro
          {format: tsv, path: [DIR/rows.tsv, DIR/none.tsv]}    | a      | INPUT_MISSING | no such file or directory
          """)
  void prepare_broken_failsWithReason(
      String source, String column, ExitCode code, String expected) {
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () ->
                prepare(
                        source,
                        "{columns: " + column + ", as: vector}",
                        column.equals("x") ? "y" : "label")
                    .close(),
            source);
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertEquals(code, e.code(), e.getMessage());
  }

  @Test
  void prepare_partitionColumn_isAColumn() {
    SparkSessions.local2()
        .table("source_format_test")
        .write()
        .partitionBy("label")
        .parquet(directory.resolve("by-label").toString());
    try (PreparedData data =
        prepare("{format: parquet, path: DIR/by-label}", "{columns: [a, b]}", "label")) {
      assertEquals(rows(ROWS), rows(ShardContents.of(data.train())[0]));
    }
  }

  private PreparedData prepare(String source, String feature, String label) {
    String yaml =
        "train: %s%nfeatures: [%s]%nlabel: {column: %s, as: class}%n"
            .formatted(
                source
                    .replace("path: select", "path: 'select")
                    .replace("test}", "test'}")
                    .replace("_all}", "_all'}")
                    .replace("from}", "from'}")
                    .replace("DIR", directory.toString()),
                feature,
                label);
    DataSpec spec = SpecReader.readYaml(yaml, "data.yaml", DataSpec.class);
    return PreparedData.prepare(SparkSessions.local2(), spec, 3, 1);
  }

  private static List<String> rows(float[] all) {
    return Stream.iterate(0, at -> at < all.length, at -> at + 4)
        .map(at -> Arrays.toString(Arrays.copyOfRange(all, at, at + 4)))
        .sorted()
        .toList();
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(directory.resolve(name), content);
  }

  private static byte[] npz(byte[] x, byte[] y) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write(x);
      zip.putNextEntry(new ZipEntry("y.npy"));
      zip.write(y);
    }
    return out.toByteArray();
  }

  private static byte[] idx(String header, byte[] values) {
    byte[] head = HexFormat.of().parseHex(header);
    return ByteBuffer.allocate(head.length + values.length).put(head).put(values).array();
  }

  private static byte[] npy(String type, String shape, byte[] values) {
    String order = shape.contains("True") ? "True" : "False";
    String head =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(type, order, shape.replace("', 'fortran_order': True", ""));
    byte[] text = (head + " ".repeat(117 - head.length()) + "\n").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(10 + text.length + values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) text.length)
        .put(text)
        .put(values)
        .array();
  }
}
