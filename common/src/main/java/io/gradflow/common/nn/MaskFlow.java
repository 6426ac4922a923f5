package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import java.util.Arrays;

/**
 * Which values of a graph are masked, and by whose mask: a value's mask is its own, made by its
 * node, or one that an earlier value owns.
 */
final class MaskFlow {
  private static final int NONE = -1;

  private final Graph graph;

  /** Per value: the value that owns its mask, or -1. */
  private final int[] owners;

  /**
   * @throws IllegalArgumentException if a masked input meets a layer that has no steps to pass it
   *     on to, naming the layer
   */
  MaskFlow(Graph graph) {
    this.graph = graph;
    this.owners = new int[graph.valueCount()];
    Arrays.fill(owners, NONE);
    for (int node : graph.order()) {
      owners[graph.value(node)] = resolve(node);
    }
  }

  boolean isMasked(int value) {
    return owners[value] != NONE;
  }

  /** The value that owns the mask of a masked value. */
  int owner(int value) {
    return owners[value];
  }

  /** Whether the value's mask is its own. */
  boolean ownsMask(int value) {
    return owners[value] == value;
  }

  /** Whether the value's mask is the product of its operands' masks, which no layer computes. */
  boolean isProduct(int value) {
    return ownsMask(value) && graph.layer(graph.node(value)).maskRule() == MaskRule.PASS;
  }

  /** Steps of a masked value. */
  int steps(int value) {
    return graph.shape(value).dim(0);
  }

  private int resolve(int node) {
    int value = graph.value(node);
    int[] masks =
        Arrays.stream(graph.operands(node))
            .filter(this::isMasked)
            .map(operand -> owners[operand])
            .distinct()
            .toArray();
    int owner =
        switch (graph.layer(node).maskRule()) {
          case DROP -> NONE;
          case MAKE -> value;
          case DERIVE -> masks.length > 0 ? value : NONE;
          case PASS_FIRST -> owners[graph.operands(node)[0]];
          case PASS -> masks.length > 1 ? value : masks.length == 1 ? masks[0] : NONE;
        };
    if (owner != NONE) {
      requireSteps(node, owner == value && masks.length > 0 ? masks[0] : owner);
    }
    return owner;
  }

  private void requireSteps(int node, int mask) {
    Shape output = graph.shape(graph.value(node));
    boolean makes = mask == graph.value(node);
    MaskRule rule = graph.layer(node).maskRule();
    boolean keepsSteps = rule == MaskRule.PASS || rule == MaskRule.PASS_FIRST;
    if (output.rank() == 0 || (!makes && keepsSteps && output.dim(0) != steps(mask))) {
      throw new IllegalArgumentException(
          graph.label(node)
              + ": its input is masked, and its output "
              + output
              + " does not have the steps of that mask"
              + (makes ? "" : " (" + steps(mask) + ")")
              + "; first use the mask up (the last step of a recurrent layer, pooling over steps),"
              + " or make none");
    }
  }
}
