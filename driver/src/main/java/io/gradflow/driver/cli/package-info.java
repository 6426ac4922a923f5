/**
 * The command line: one class a command, exit codes in one place. Results go to standard output,
 * everything else to standard error. Parses and prints; what commands do lives in {@code
 * driver.run}.
 */
package io.gradflow.driver.cli;
