package io.gradflow.driver.data;

import io.gradflow.common.error.Redaction;

/**
 * A row that could not be used.
 *
 * @param place file and row, or partition and row
 * @param reason the column, what was found, what was expected
 */
public record RejectedRow(String place, String reason) {
  public RejectedRow {
    place = Redaction.text(place);
  }

  @Override
  public String toString() {
    return place + ": " + reason;
  }
}
