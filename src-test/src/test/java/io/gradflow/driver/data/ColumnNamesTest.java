package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.error.GradflowException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnNamesTest {
  private static final ColumnNames TABLE =
      new ColumnNames("people", List.of("p_2", "p_1", "age", "a.b", "odd*name", "digit"));

  @Test
  void find_globs_tableOrderWithoutLabels() {
    assertEquals(List.of("p_2", "p_1"), TABLE.find("columns", List.of("p_?"), Set.of()));
    assertEquals(
        List.of("p_2", "p_1", "age", "a.b", "odd*name"),
        TABLE.find("columns", List.of("*"), Set.of("digit")));
    assertEquals(List.of("p_1", "p_2"), TABLE.find("columns", List.of("p_1", "p_2"), Set.of()));
    assertEquals(List.of("odd*name"), TABLE.find("columns", List.of("odd*name"), Set.of()));
    assertEquals(List.of("a.b"), TABLE.find("columns", List.of("a.?"), Set.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          aeg  | columns: no column aeg in people; did you mean "age"? its columns are p_2, p_1, age, a.b, odd*name, digit
          Age  | columns: no column Age in people; did you mean "age"? its columns are p_2, p_1, age, a.b, odd*name, digit
          zzzz | columns: no column zzzz in people; its columns are p_2, p_1, age, a.b, odd*name, digit
          q_*  | columns: no column matches q_* in people; its columns are p_2, p_1, age, a.b, odd*name, digit
          """)
  void find_nothing_namesWhatIsThere(String pattern, String message) {
    GradflowException e =
        assertThrows(
            GradflowException.class, () -> TABLE.find("columns", List.of(pattern), Set.of()));
    assertEquals(message, e.getMessage());
  }

  @Test
  void find_sameColumnTwice_isRefused() {
    GradflowException e =
        assertThrows(
            GradflowException.class, () -> TABLE.find("columns", List.of("p_*", "p_1"), Set.of()));
    assertEquals("columns: column p_1 is named twice by [p_*, p_1]", e.getMessage());
  }
}
