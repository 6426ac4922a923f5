/**
 * File formats that Spark SQL does not read, as tables: IDX, NumPy, LIBSVM, and files as rows.
 * Files are streamed on the executors, a row at a time. Knows nothing of features.
 */
package io.gradflow.driver.format;
