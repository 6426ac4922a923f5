/**
 * Numbers in heap {@code float[]}: shapes, the flat parameter layout, the workspace, matrix
 * products, fused element-wise kernels, counter-based random numbers, and the bridge to ND4J's
 * {@code INDArray}.
 *
 * <p>Everything is addressed as (array, offset) and allocated once, when a network is bound; a step
 * allocates nothing. Portable numerics give every element one fixed chain of operations, so its
 * bits depend neither on vector width, blocking, number of rows, threads nor processor. Knows
 * nothing of layers, files or Spark.
 */
package io.gradflow.common.array;
