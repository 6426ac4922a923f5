package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.data.RawRow;
import io.gradflow.common.error.GradflowException;
import io.gradflow.testkit.SparkSessions;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row of SQL literals, read column by column. */
class RowReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1.5D                              | NUMBER | 1.5
          cast(0.1 as float)                | NUMBER | 0.10000000149011612
          cast(-7 as tinyint)               | NUMBER | -7.0
          cast(300 as smallint)             | NUMBER | 300.0
          123456789                         | NUMBER | 1.23456789E8
          9007199254740992L                 | NUMBER | 9.007199254740992E15
          cast('12.25' as decimal(10,2))    | NUMBER | 12.25
          true                              | NUMBER | 1.0
          ' 2.5e-3 '                        | NUMBER | 0.0025
          -0.0D                             | NUMBER | 0.0
          array(1.0D, 2.5D)                 | VECTOR | 1.0 2.5
          array('1', '2')                   | VECTOR | 1.0 2.0
          array(array(1,2), array(3,4))     | VECTOR | 1.0 2.0 3.0 4.0
          cast(array() as array<int>)       | VECTOR |
          named_struct('type', 1Y, 'size', cast(null as int), 'indices', cast(null as array<int>), 'values', array(1.0D, 4.0D)) | VECTOR | 1.0 4.0
          named_struct('type', 0Y, 'size', 5, 'indices', array(1, 4), 'values', array(2.0D, 3.0D)) | VECTOR | 0.0 2.0 0.0 0.0 3.0
          named_struct('type', 0Y, 'size', 2, 'indices', cast(array() as array<int>), 'values', cast(array() as array<double>)) | VECTOR | 0.0 0.0
          """)
  void read_value_asNumbers(String sql, Content content, String expected) {
    RawRow row = read(sql, content, null);
    double[] numbers =
        IntStream.range(0, row.group(0).count()).mapToDouble(row.group(0)::number).toArray();
    double[] wanted =
        expected == null
            ? new double[0]
            : List.of(expected.split(" ")).stream().mapToDouble(Double::parseDouble).toArray();
    assertArrayEquals(wanted, numbers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'cat'      | cat
          '3'        | 3
          '3.0'      | 3
          '007'      | 007
          3          | 3
          3.0D       | 3
          2.5D       | 2.5
          3L         | 3
          cast(3.00 as decimal(5,2)) | 3
          cast(3 as tinyint) | 3
          true       | true
          """)
  void read_value_asLabel(String sql, String expected) {
    assertEquals(expected, read(sql, Content.LABEL, null).group(0).text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cast(null as double)     | NUMBER | column v: missing
          cast('NaN' as double)    | NUMBER | column v: NaN
          cast('-Infinity' as float) | NUMBER | column v: -Infinity
          1e39D                    | NUMBER | column v: 1.0E39 exceeds float32
          'one'                    | NUMBER | column v: "one" is not a number
          array(1.0D, null)        | VECTOR | column v: missing
          array(1.0D, cast('NaN' as double)) | VECTOR | column v: NaN
          named_struct('type', 0Y, 'size', 3, 'indices', array(2, 1), 'values', array(2.0D, 3.0D)) | VECTOR | column v: indices of a sparse vector out of order
          cast('NaN' as double)    | LABEL  | column v: NaN
          ''                       | LABEL  | column v: missing
          """)
  void read_badValue_saysWhy(String sql, Content content, String expected) {
    read(sql, content, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          current_date()      | NUMBER | column v is of type date; expected a number
          array(1)            | NUMBER | read with as: vector
          1                   | VECTOR | column v is of type int; expected an array of numbers
          array(current_date()) | VECTOR | column v is of type array<date>
          map('a', 1)         | LABEL  | column v is of type map<string,int>; expected text
          """)
  void new_typeCannotFit_saysWhatWasExpected(String sql, Content content, String expected) {
    Dataset<Row> one = one(sql);
    GradflowException e =
        assertThrows(GradflowException.class, () -> new RowReader(one.schema(), groups(content)));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void read_vectorOfOtherLength_isRefused() {
    Dataset<Row> one = one("array(1, 2, 3)");
    RowReader reader =
        new RowReader(one.schema(), List.of(new RawGroup(List.of("v"), Content.VECTOR, 4)));
    assertEquals("column v: 3 numbers; expected 4", reader.read(row(one), new RawRow(1)));
  }

  private static RawRow read(String sql, Content content, String problem) {
    Dataset<Row> one = one(sql);
    RawRow raw = new RawRow(1);
    assertEquals(problem, new RowReader(one.schema(), groups(content)).read(row(one), raw));
    return raw;
  }

  private static List<RawGroup> groups(Content content) {
    return List.of(new RawGroup(List.of("v"), content, content == Content.NUMBER ? 1 : 0));
  }

  private static Dataset<Row> one(String sql) {
    return SparkSessions.local2().sql("select " + sql + " as v");
  }

  private static InternalRow row(Dataset<Row> one) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) one)
        .queryExecution()
        .executedPlan()
        .executeCollect()[0];
  }
}
