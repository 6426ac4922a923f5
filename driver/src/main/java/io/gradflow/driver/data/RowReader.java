package io.gradflow.driver.data;

import io.gradflow.common.data.NumberText;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.data.RawRow;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.data.TimeText;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.UserDefinedType;

/** Raw values out of Spark's rows, without boxing. One thread. */
public final class RowReader {
  /** Reads one column into a group; null, or why the value is refused. */
  private interface Cell {
    String read(SpecializedGetters from, int at, RawValues to);
  }

  private final List<RawGroup> groups;
  private final int[][] ordinals;
  private final Cell[][] cells;

  /**
   * @throws GradflowException (bad data) if a column is not there, or its type cannot be what the
   *     group expects
   */
  public RowReader(StructType schema, List<RawGroup> groups) {
    this.groups = List.copyOf(groups);
    this.ordinals = new int[groups.size()][];
    this.cells = new Cell[groups.size()][];
    for (int g = 0; g < cells.length; g++) {
      RawGroup group = groups.get(g);
      ordinals[g] = group.columns().stream().mapToInt(schema::fieldIndex).toArray();
      cells[g] =
          group.columns().stream()
              .map(column -> cell(column, schema.apply(column).dataType(), group.content()))
              .toArray(Cell[]::new);
    }
  }

  /**
   * Fills {@code to} with the row's raw values.
   *
   * @return null, or why the row is refused
   */
  public String read(InternalRow row, RawRow to) {
    for (int g = 0; g < cells.length; g++) {
      RawValues values = to.group(g);
      values.clear(groups.get(g).optional());
      for (int c = 0; c < cells[g].length; c++) {
        int at = ordinals[g][c];
        String problem =
            row.isNullAt(at)
                ? values.missing(groups.get(g), groups.get(g).columns().get(c))
                : cells[g][c].read(row, at, values);
        if (problem != null) {
          return problem;
        }
      }
      String problem = groups.get(g).check(values);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static Cell cell(String column, DataType declared, Content content) {
    DataType type = declared instanceof UserDefinedType<?> udt ? udt.sqlType() : declared;
    Cell cell =
        switch (content) {
          case NUMBER -> number(column, type);
          case VECTOR -> vector(column, type);
          case LABEL -> label(column, type);
          case TIME -> time(column, type);
          case TEXT -> text(column, type);
          case BINARY -> binary(column, type);
        };
    if (cell == null) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "column %s is of type %s; expected %s"
              .formatted(
                  column,
                  declared.simpleString(),
                  switch (content) {
                    case NUMBER -> "a number; an array is read with as: vector";
                    case VECTOR -> "an array of numbers or a vector";
                    case LABEL -> "text, a number or a boolean";
                    case TIME -> "a date, a timestamp or text";
                    case TEXT -> "text";
                    case BINARY -> "the bytes of a file";
                  }));
    }
    return cell;
  }

  private static Cell number(String column, DataType type) {
    if (type instanceof StringType) {
      return (from, at, to) -> to.add(column, from.getUTF8String(at).getBytes());
    }
    if (type instanceof DoubleType) {
      return (from, at, to) -> to.add(column, from.getDouble(at));
    }
    if (type instanceof FloatType) {
      return (from, at, to) -> to.add(column, from.getFloat(at));
    }
    if (type instanceof LongType) {
      return (from, at, to) -> to.add(column, (double) from.getLong(at));
    }
    if (type instanceof IntegerType) {
      return (from, at, to) -> to.add(column, from.getInt(at));
    }
    if (type instanceof ShortType) {
      return (from, at, to) -> to.add(column, from.getShort(at));
    }
    if (type instanceof ByteType) {
      return (from, at, to) -> to.add(column, from.getByte(at));
    }
    if (type instanceof BooleanType) {
      return (from, at, to) -> to.add(column, from.getBoolean(at) ? 1 : 0);
    }
    if (type instanceof DecimalType decimal) {
      return (from, at, to) ->
          to.add(column, from.getDecimal(at, decimal.precision(), decimal.scale()).toDouble());
    }
    return null;
  }

  private static Cell vector(String column, DataType type) {
    if (type instanceof BinaryType) {
      return (from, at, to) -> to.addBytes(from.getBinary(at));
    }
    if (type instanceof ArrayType array) {
      Cell number = number(column, array.elementType());
      Cell element = number == null ? vector(column, array.elementType()) : number;
      return element == null ? null : (from, at, to) -> array(column, element, from, at, to);
    }
    if (type instanceof StructType struct && VectorStruct.fits(struct)) {
      return (from, at, to) -> mlVector(column, from.getStruct(at, VectorStruct.fields()), to);
    }
    return null;
  }

  private static String array(
      String column, Cell element, SpecializedGetters from, int at, RawValues to) {
    ArrayData array = from.getArray(at);
    for (int i = 0; i < array.numElements(); i++) {
      String problem = array.isNullAt(i) ? to.missing(column) : element.read(array, i, to);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static String mlVector(String column, InternalRow vector, RawValues to) {
    ArrayData values = vector.getArray(VectorStruct.VALUES);
    if (vector.getByte(VectorStruct.TYPE) != VectorStruct.SPARSE) {
      return numbers(column, values.numElements(), values::getDouble, to);
    }
    ArrayData indices = vector.getArray(VectorStruct.INDICES);
    double[] dense =
        VectorStruct.dense(
            vector.getInt(VectorStruct.SIZE),
            values.numElements(),
            indices::getInt,
            values::getDouble);
    return dense == null
        ? "column " + column + ": indices of a sparse vector out of order"
        : numbers(column, dense.length, i -> dense[i], to);
  }

  private static String numbers(
      String column, int count, IntToDoubleFunction values, RawValues to) {
    for (int i = 0; i < count; i++) {
      String problem = to.add(column, values.applyAsDouble(i));
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static Cell time(String column, DataType type) {
    if (type instanceof StringType) {
      return (from, at, to) -> {
        String text = from.getUTF8String(at).toString();
        return to.time(column, TimeText.parse(text), text);
      };
    }
    if (type instanceof DateType) {
      return (from, at, to) -> to.add(column, TimeText.micros(from.getInt(at) * 86_400_000_000L));
    }
    return type instanceof TimestampType || type instanceof TimestampNTZType
        ? (from, at, to) -> to.add(column, TimeText.micros(from.getLong(at)))
        : null;
  }

  private static Cell text(String column, DataType type) {
    return type instanceof StringType
        ? (from, at, to) -> to.set(column, from.getUTF8String(at).toString())
        : null;
  }

  private static Cell binary(String column, DataType type) {
    return type instanceof BinaryType ? (from, at, to) -> to.set(column, from.getBinary(at)) : null;
  }

  private static Cell label(String column, DataType type) {
    if (type instanceof StringType) {
      return (from, at, to) -> to.set(column, NumberText.label(from.getUTF8String(at).toString()));
    }
    if (type instanceof LongType) {
      return (from, at, to) -> to.set(column, Long.toString(from.getLong(at)));
    }
    if (type instanceof IntegerType) {
      return (from, at, to) -> to.set(column, Integer.toString(from.getInt(at)));
    }
    if (type instanceof ShortType) {
      return (from, at, to) -> to.set(column, Short.toString(from.getShort(at)));
    }
    if (type instanceof ByteType) {
      return (from, at, to) -> to.set(column, Byte.toString(from.getByte(at)));
    }
    if (type instanceof BooleanType) {
      return (from, at, to) -> to.set(column, Boolean.toString(from.getBoolean(at)));
    }
    if (type instanceof DoubleType) {
      return (from, at, to) -> label(column, from.getDouble(at), to);
    }
    if (type instanceof FloatType) {
      return (from, at, to) -> label(column, from.getFloat(at), to);
    }
    if (type instanceof DecimalType decimal) {
      return (from, at, to) ->
          to.set(
              column,
              NumberText.label(
                  from.getDecimal(at, decimal.precision(), decimal.scale()).toString()));
    }
    return null;
  }

  private static String label(String column, double value, RawValues to) {
    return Double.isFinite(value)
        ? to.set(column, NumberText.label(value))
        : "column " + column + ": " + value;
  }
}
