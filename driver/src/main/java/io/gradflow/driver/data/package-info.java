/**
 * From tables to packed shards: reads sources with Spark SQL, checks every value, puts the rows in
 * a canonical order, splits, fits the preprocessing on the training rows and packs.
 *
 * <p>Columns of text formats are read as text and parsed here, so that types do not depend on the
 * data and a value is refused in the same words whatever the format. Every row that was read is
 * counted once: as training, validation, test or rejected. Knows nothing of networks.
 */
package io.gradflow.driver.data;
