/**
 * The training loop: epochs and steps, validation, early stopping, listeners. The one place where
 * weights change. Knows nothing of file formats, nor of how a step reaches the executors.
 */
package io.gradflow.driver.train;
