/**
 * Layers: specs and their forward and backward passes, one file a layer, and the network as a
 * directed graph of named nodes.
 *
 * <p>A layer is a record that validates itself and answers output shape, parameters and {@code
 * bind}; its executable twin is package-private in the same file and holds only views into the flat
 * weights, the flat gradient and the workspace. Turns weights and a minibatch into outputs, and
 * gradients of outputs into gradient sums. Knows nothing of files or Spark.
 */
package io.gradflow.common.nn;
