package io.gradflow.common.spec;

/**
 * Where a value was written.
 *
 * @param source file name, or {@code --set path} for a value of the command line
 * @param line from 1; 0 where the source has no lines
 * @param column from 1, in code points; 0 where the source has no lines
 */
public record Location(String source, int line, int column) {
  /** A place in something without lines. */
  public static Location of(String source) {
    return new Location(source, 0, 0);
  }

  /** {@code digits.yaml:3:7}, or the source alone where there are no lines. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
