package io.gradflow.driver.format;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * IDX, the format of MNIST, big-endian: two zero bytes, a type, the number of axes, an int32 each
 * axis, then the values. The first axis counts rows, which have the column {@code values}: bytes,
 * or an array of numbers; with a file of labels beside it also {@code label}.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">The MNIST database, "File formats"</a>
 */
public final class IdxFormat extends FileFormat {
  private static final long serialVersionUID = 1;
  private static final int MAX_ROW_VALUES = 1 << 28;
  private static final int FIRST_VALUES = 1 << 16;

  private final String labels;

  /**
   * @param labels name of a file in the same directory that has a label each row; empty for none
   */
  public IdxFormat(String labels) {
    this.labels = labels;
  }

  private record Header(int type, int rows, int rowValues) {
    boolean isBytes() {
      return type == 8;
    }

    static Header read(FormatFile file, DataInputStream from) throws IOException {
      int magic = from.readInt();
      int type = magic >>> 8;
      int axes = magic & 0xFF;
      if (axes == 0 || !(type == 8 || type == 9 || (type >= 11 && type <= 14))) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "%s is no IDX file: it starts with 0x%08X; expected 0x00000803 for images of bytes"
                .formatted(file, magic));
      }
      int rows = from.readInt();
      long values = 1;
      for (int i = 1; i < axes; i++) {
        values *= from.readInt();
        if (values < 1 || values > MAX_ROW_VALUES) {
          throw new GradflowException(
              ExitCode.BAD_DATA,
              "%s: rows of %d values; expected 1 to 2^28".formatted(file, values));
        }
      }
      if (rows < 0) {
        throw new GradflowException(
            ExitCode.BAD_DATA, "%s: %d rows; expected 0 and more".formatted(file, rows));
      }
      return new Header(type, rows, (int) values);
    }

    Object row(DataInputStream from) throws IOException {
      if (isBytes()) {
        return RowIterator.bytes(from, rowValues);
      }
      // Grows with what is there: a header may say anything.
      Double[] values = new Double[Math.min(rowValues, FIRST_VALUES)];
      for (int i = 0; i < rowValues; i++) {
        if (i == values.length) {
          values = Arrays.copyOf(values, Math.min(rowValues, 2 * i));
        }
        values[i] = value(from);
      }
      return values;
    }

    double value(DataInputStream from) throws IOException {
      return switch (type) {
        case 8 -> from.readUnsignedByte();
        case 9 -> from.readByte();
        case 11 -> from.readShort();
        case 12 -> from.readInt();
        case 13 -> from.readFloat();
        default -> from.readDouble();
      };
    }
  }

  @Override
  StructType schema(FormatFile file) throws IOException {
    try (DataInputStream from = new DataInputStream(file.open())) {
      Header header = Header.read(file, from);
      StructType rows =
          new StructType()
              .add(
                  "values",
                  header.isBytes()
                      ? DataTypes.BinaryType
                      : DataTypes.createArrayType(DataTypes.DoubleType));
      return labels.isEmpty() ? rows : rows.add("label", DataTypes.DoubleType);
    }
  }

  @Override
  Iterator<Row> rows(FormatFile file) throws IOException {
    if (file.path().getName().equals(labels)) {
      return Collections.emptyIterator();
    }
    DataInputStream from = new DataInputStream(file.open());
    Header header = Header.read(file, from);
    if (labels.isEmpty()) {
      return RowIterator.of(file, header.rows(), from, () -> RowFactory.create(header.row(from)));
    }
    FormatFile beside = file.beside(labels);
    DataInputStream fromLabels = new DataInputStream(beside.open());
    Header labelled = Header.read(beside, fromLabels);
    if (labelled.rows() != header.rows() || labelled.rowValues() != 1) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s has %d rows of %d values; expected a label for each of the %d rows of %s"
              .formatted(beside, labelled.rows(), labelled.rowValues(), header.rows(), file));
    }
    return RowIterator.of(
        file,
        header.rows(),
        () -> {
          from.close();
          fromLabels.close();
        },
        () -> RowFactory.create(header.row(from), labelled.value(fromLabels)));
  }
}
