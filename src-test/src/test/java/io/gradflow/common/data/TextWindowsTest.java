package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextWindowsTest {
  /** A text of any length: windows that overlap by what is only predicted give it back. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 33, 34, 35, 36, 37, 1001})
  void of_text_windowsHoldEveryCharacter(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + i % 23));
    }
    List<String> windows = new ArrayList<>();
    new TextWindows("text", TextLevel.CHARACTER, 6, 6)
        .of(text.toString())
        .forEachRemaining(windows::add);
    StringBuilder joined = new StringBuilder(windows.get(0));
    for (String window : windows.subList(1, windows.size())) {
      joined.append(window.substring(1));
    }
    assertEquals(text.toString(), joined.toString());
  }
}
