package io.gradflow.driver.format;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * NumPy's .npy and .npz: the first axis counts rows. An .npy is the column {@code values}; an .npz
 * a column each array, under its name, all of equally many rows. A row's part of an array is a
 * number, bytes or an array of numbers.
 */
public final class NumpyFormat extends FileFormat {
  private static final long serialVersionUID = 1;
  private static final String SUFFIX = ".npy";

  @Override
  StructType schema(FormatFile file) throws IOException {
    StructType schema = new StructType();
    for (Map.Entry<String, NumpyArray> array : open(file).entrySet()) {
      schema = schema.add(array.getKey(), array.getValue().rowType());
      array.getValue().close();
    }
    return schema;
  }

  @Override
  Iterator<Row> rows(FormatFile file) throws IOException {
    List<NumpyArray> arrays = new ArrayList<>(open(file).values());
    long rows = arrays.get(0).rows();
    for (NumpyArray array : arrays) {
      if (array.rows() != rows) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "%s: arrays of %d and of %d rows; expected equally many"
                .formatted(file, rows, array.rows()));
      }
    }
    Closeable all =
        () -> {
          for (NumpyArray array : arrays) {
            array.close();
          }
        };
    return RowIterator.of(
        file,
        rows,
        all,
        () -> {
          Object[] values = new Object[arrays.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = arrays.get(i).nextRow();
          }
          return RowFactory.create(values);
        });
  }

  /** The arrays by name, each from a stream of its own, so that rows are read side by side. */
  private static Map<String, NumpyArray> open(FormatFile file) throws IOException {
    Map<String, NumpyArray> arrays = new TreeMap<>();
    if (!file.path().getName().endsWith(".npz")) {
      arrays.put("values", NumpyArray.open(file.toString(), file.open()));
      return arrays;
    }
    List<String> entries = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(file.open())) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.add(entry.getName());
      }
    }
    if (entries.isEmpty()) {
      throw new GradflowException(ExitCode.BAD_DATA, file + " is no .npz file, or an empty one");
    }
    for (String entry : entries) {
      String name =
          entry.endsWith(SUFFIX) ? entry.substring(0, entry.length() - SUFFIX.length()) : entry;
      arrays.put(name, NumpyArray.open(file + " (" + entry + ")", entry(file, entry)));
    }
    return arrays;
  }

  private static InputStream entry(FormatFile file, String name) throws IOException {
    ZipInputStream zip = new ZipInputStream(file.open());
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (entry.getName().equals(name)) {
        return zip;
      }
    }
    zip.close();
    throw new EOFException(file + " has no entry " + name + " any more");
  }
}
