package io.gradflow.driver.run;

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

  /**
   * What mllib's vectors are without their class: type (0 sparse, 1 dense), size, indices, values.
   */
  private static Object vector(Row struct) {
    List<String> names = List.of(struct.schema().fieldNames());
    if (!names.equals(List.of("type", "size", "indices", "values"))) {
      return struct;
    }
    List<Double> values = struct.getList(3);
    if (struct.getByte(0) == 1) {
      return values;
    }
    List<Integer> indices = struct.getList(2);
    double[] dense = new double[struct.getInt(1)];
    for (int i = 0; i < values.size(); i++) {
      dense[indices.get(i)] = values.get(i);
    }
    return dense;
  }
}
