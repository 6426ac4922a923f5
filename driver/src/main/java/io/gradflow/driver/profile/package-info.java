/**
 * What a table holds, column by column: rows, missing values, ranges, classes, columns that say the
 * same or give the label away, and how far later rows have drifted from those of training. All is
 * counted in whole numbers or summed without rounding, so that rows in any order and in any
 * grouping give the same profile. Knows nothing of sources and of Spark.
 */
package io.gradflow.driver.profile;
