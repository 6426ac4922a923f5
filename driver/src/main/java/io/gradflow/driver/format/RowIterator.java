package io.gradflow.driver.format;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/** The rows of an open file, as many as its header says. */
final class RowIterator implements Iterator<Row> {
  /** Reads the next row. */
  interface Reading {
    Row next() throws IOException;
  }

  private final FormatFile file;
  private final long rows;
  private final Closeable opened;
  private final Reading reading;
  private long read;

  private RowIterator(FormatFile file, long rows, Closeable opened, Reading reading) {
    this.file = file;
    this.rows = rows;
    this.opened = opened;
    this.reading = reading;
  }

  /**
   * @param opened closed behind the last row
   */
  static Iterator<Row> of(FormatFile file, long rows, Closeable opened, Reading reading) {
    return new RowIterator(file, rows, opened, reading);
  }

  /**
   * Reads so many bytes. Memory is asked for as they come: a header may say anything.
   *
   * @throws EOFException if there are fewer
   */
  static byte[] bytes(InputStream from, int count) throws IOException {
    byte[] bytes = from.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException(bytes.length + " bytes; expected " + count);
    }
    return bytes;
  }

  @Override
  public boolean hasNext() {
    return read < rows;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      Row row = reading.next();
      read++;
      if (read == rows) {
        opened.close();
      }
      return row;
    } catch (EOFException e) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s ends in row %d; its header says %d rows".formatted(file, read + 1, rows),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": row " + (read + 1) + ": " + e.getMessage(), e);
    }
  }
}
