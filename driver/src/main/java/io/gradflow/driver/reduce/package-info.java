/**
 * Many sums to one, in an order that does not depend on who arrives first. Knows nothing of layers
 * or Spark.
 */
package io.gradflow.driver.reduce;
