package io.gradflow.driver.data;

/**
 * A row that could not be used.
 *
 * @param place file and row, or partition and row
 * @param reason the column, what was found, what was expected
 */
public record RejectedRow(String place, String reason) {
  @Override
  public String toString() {
    return place + ": " + reason;
  }
}
