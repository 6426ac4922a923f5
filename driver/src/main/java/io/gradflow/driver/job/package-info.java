/**
 * The job file: YAML onto validated records, with every fault of a file found in one go, before any
 * data is read.
 *
 * <p>What needs the data (how many classes, how many columns a glob matches) is checked again, with
 * the same locations, once their schema is known. Knows nothing of Spark.
 */
package io.gradflow.driver.job;
