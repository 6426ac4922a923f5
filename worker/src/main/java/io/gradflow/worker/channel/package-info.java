/**
 * How resident tasks talk to the driver: one class knows Spark's RPC and block transfer, one stays
 * within the process. Knows nothing of layers.
 *
 * <p>The types that Spark keeps to itself ({@code private[spark]}, public in bytecode) appear in
 * {@code SparkStepChannel} and {@code SparkBlocks} here and in their counterpart on the driver, and
 * nowhere else.
 *
 * <p>Large arrays go through the block transfer, or, where driver and executor share a machine and
 * Spark encrypts nothing, through a file in Spark's local directory that both map ({@code
 * SharedFloats}): one copy in, and sums added from there, instead of a dozen copies on the way
 * through sockets. Two executor processes on two cores, 1.86 million parameters: 104 ms a step by
 * files, 131 by blocks.
 */
package io.gradflow.worker.channel;
