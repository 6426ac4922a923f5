package io.gradflow.driver.run;

import io.gradflow.driver.data.VectorStruct;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A Spark row as plain Java values by column name, for {@code RowEncoder}. Arrays become lists, the
 * vectors of Spark's machine learning library arrays of doubles. One thread; moved from row to row.
 */
final class RowView extends AbstractMap<String, Object> {
  private final Map<String, Integer> index = new HashMap<>();
  private Row row;

  RowView(StructType schema) {
    String[] names = schema.fieldNames();
    for (int i = 0; i < names.length; i++) {
      index.put(names[i], i);
    }
  }

  RowView at(Row row) {
    this.row = row;
    return this;
  }

  @Override
  public Object get(Object column) {
    Integer i = index.get(column);
    return i == null ? null : plain(row.get(i));
  }

  @Override
  public boolean containsKey(Object column) {
    return index.containsKey(column);
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    throw new UnsupportedOperationException("only looked up by column");
  }

  private static Object plain(Object value) {
    if (value instanceof scala.collection.Seq<?> values) {
      return CollectionConverters.asJava(values);
    }
    return value instanceof Row struct && struct.schema() != null ? vector(struct) : value;
  }

  /** What vectors are without their class; any other struct stays one. */
  private static Object vector(Row struct) {
    if (!VectorStruct.fits(struct.schema())) {
      return struct;
    }
    List<Double> values = struct.getList(VectorStruct.VALUES);
    if (struct.getByte(VectorStruct.TYPE) != VectorStruct.SPARSE) {
      return values;
    }
    List<Integer> indices = struct.getList(VectorStruct.INDICES);
    double[] dense =
        VectorStruct.dense(
            struct.getInt(VectorStruct.SIZE), values.size(), indices::get, values::get);
    return dense == null ? struct : dense;
  }
}
