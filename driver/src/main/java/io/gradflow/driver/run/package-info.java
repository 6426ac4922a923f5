/**
 * Whole runs: a job becomes data, network, training, a model and its reports; a saved model becomes
 * evaluations and predictions. What the command line does, for Java callers and without a shell.
 *
 * <p>Knows Spark, files and every other package of the driver but the command line; decides nothing
 * about numbers.
 */
package io.gradflow.driver.run;
