package io.gradflow.driver.cli;

import java.io.PrintStream;

/**
 * Where a command speaks.
 *
 * @param out results
 * @param err progress and failures
 * @param interactive whether a person watches {@code err} on a terminal
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive) {
  /** The process's own streams. Java 17 cannot ask for one of them: the launcher does. */
  static Terminal system() {
    return new Terminal(System.out, System.err, System.getenv("GRADFLOW_TERMINAL") != null);
  }
}
