/**
 * What a run tells its user: progress on the terminal, {@code metrics.jsonl}, {@code summary.json},
 * {@code manifest.json}, {@code report.html}.
 *
 * <p>Listens to training and writes; decides nothing. Progress goes to standard error, results to
 * standard output, files to the run's storage. Knows nothing of layers or of how a step is run.
 */
package io.gradflow.driver.report;
