package io.gradflow.driver.feature;

import io.gradflow.common.spec.Doc;
import java.util.Optional;

/**
 * How long texts become rows.
 *
 * @param length tokens of a row
 * @param stride from the start of one window to that of the next
 */
@Doc("Cuts long texts into windows, each of which is a row.")
public record WindowsSpec(
    @Doc("Tokens of a row.") int length,
    @Doc("From the start of one window to that of the next; length if left out.")
        Optional<Integer> stride) {
  public WindowsSpec {
    if (length < 1 || stride.orElse(length) < 1 || stride.orElse(length) > length) {
      throw new IllegalArgumentException(
          "windows of length %d and stride %d; expected 1 <= stride <= length"
              .formatted(length, stride.orElse(length)));
    }
  }

  /** Whether windows share tokens. */
  public boolean overlap() {
    return stride.orElse(length) < length;
  }
}
