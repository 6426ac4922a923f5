package io.gradflow.driver.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Row;

/**
 * The names in the header of a CSV file. Spark tells columns of one name apart by appending their
 * places, so that neither is found by its name; here that is an error.
 */
final class CsvHeader {
  private CsvHeader() {}

  /**
   * Checks that no two columns have one name, letters' case aside.
   *
   * @param names as Spark gives them
   * @param reader with the source's options
   * @throws GradflowException (bad data) if two have
   */
  static void check(String shown, String[] names, DataFrameReader reader, String[] paths) {
    if (!mayBeNumbered(names)) {
      return;
    }
    List<Row> first = reader.option("header", false).csv(paths).takeAsList(1);
    reader.option("header", true);
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < first.get(0).length(); i++) {
      String name = first.get(0).getString(i);
      String other = name == null ? null : seen.put(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "%s: the header names column %s twice%s; give each column a name of its own"
                .formatted(
                    shown,
                    other,
                    other.equals(name) ? "" : ", once as " + name + " (case does not count)"));
      }
    }
  }

  /** Whether two names end in their places and are otherwise the same: names of Spark's making. */
  private static boolean mayBeNumbered(String[] names) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      String place = String.valueOf(i);
      if (names[i].endsWith(place)) {
        String base = names[i].substring(0, names[i].length() - place.length());
        if (!base.equals("_c") && seen.put(base.toLowerCase(Locale.ROOT), i) != null) {
          return true;
        }
      }
    }
    return false;
  }
}
