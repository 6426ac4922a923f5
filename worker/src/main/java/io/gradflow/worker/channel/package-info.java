/**
 * How resident tasks talk to the driver: one class knows Spark's RPC and block transfer, one stays
 * within the process. Knows nothing of layers.
 *
 * <p>The types that Spark keeps to itself ({@code private[spark]}, public in bytecode) appear in
 * {@code SparkStepChannel} and {@code SparkBlocks} here and in their counterpart on the driver, and
 * nowhere else.
 */
package io.gradflow.worker.channel;
