package io.gradflow.common.nn;

import io.gradflow.common.array.Lifetime;
import java.util.Arrays;

/**
 * The moments of a pass and when each value's floats matter. Moments: forward of every node in
 * order, the losses, then backward from the last node to the first; before the backward of a
 * recomputed block's last node, forward of the block's nodes again. Nodes that may be fused share
 * their moments, as they take turns row by row.
 *
 * <p>Conservative: a layer's backward is taken to read all its inputs and its output.
 */
final class Lifetimes {
  private static final int NEVER = -1;

  private final Graph graph;
  private final int[] nodes;
  private final boolean[] needsGradient;

  /** Per node: its moments. */
  private final int[] forward;

  private final int[] again;
  private final int[] backward;
  private final int losses;

  /**
   * @param nodes those that are computed, in order
   * @param needsGradient per value
   */
  Lifetimes(Graph graph, int[] nodes, boolean[] needsGradient) {
    this.graph = graph;
    this.nodes = nodes;
    this.needsGradient = needsGradient;
    int count = graph.nodes().size();
    this.forward = new int[count];
    this.again = new int[count];
    this.backward = new int[count];
    Arrays.fill(again, NEVER);
    Arrays.fill(backward, NEVER);
    int moment = 0;
    for (int i = 0; i < nodes.length; i++) {
      forward[nodes[i]] = moment;
      moment += isJoined(i + 1) ? 0 : 1;
    }
    this.losses = moment++;
    for (int i = nodes.length - 1; i >= 0; i--) {
      for (int j = againFrom(i); j <= i; j++) {
        if (isComputedAgain(nodes[j])) {
          again[nodes[j]] = moment++;
        }
      }
      if (needsGradient[graph.value(nodes[i])]) {
        backward[nodes[i]] = moment;
        moment += isJoined(i) ? 0 : 1;
      }
    }
  }

  /** Whether the node at this position may run with the one before it: then at one moment. */
  private boolean isJoined(int position) {
    return position > 0
        && position < nodes.length
        && Fusion.mayJoin(graph.layer(nodes[position]))
        && needsGradient[graph.value(nodes[position])]
            == needsGradient[graph.value(nodes[position - 1])];
  }

  /**
   * Where forward begins again before the backward of the node at this position: the first of its
   * block if it is the last of it, else one past the position.
   */
  int againFrom(int position) {
    int block = graph.recomputed(nodes[position]);
    boolean last = position + 1 == nodes.length || graph.recomputed(nodes[position + 1]) != block;
    if (block < 0 || !last || !needsGradient[graph.value(nodes[position])]) {
      return position + 1;
    }
    int first = position;
    while (first > 0 && graph.recomputed(nodes[first - 1]) == block) {
      first--;
    }
    return first;
  }

  /** Whether a node's output is let go in forward: nothing outside its block reads it. */
  boolean isComputedAgain(int node) {
    int block = graph.recomputed(node);
    int value = graph.value(node);
    if (block < 0 || !needsGradient[value] || isOutput(value)) {
      return false;
    }
    for (int consumer : nodes) {
      if (reads(consumer, value) && graph.recomputed(consumer) != block) {
        return false;
      }
    }
    return true;
  }

  /** Of the floats of a node's output. */
  Lifetime activation(int node) {
    int value = graph.value(node);
    if (isOutput(value)) {
      return Lifetime.ALWAYS;
    }
    int lastForward = forward[node];
    int last = Math.max(forward[node], backward[node]);
    for (int consumer : nodes) {
      if (reads(consumer, value)) {
        lastForward = Math.max(lastForward, forward[consumer]);
        last = Math.max(last, Math.max(forward[consumer], again[consumer]));
        last = Math.max(last, backward[consumer]);
      }
    }
    return again[node] == NEVER
        ? Lifetime.of(forward[node], last)
        : Lifetime.of(forward[node], lastForward).and(again[node], last);
  }

  /** Of what a node's layer keeps from forward, the last one, to backward. */
  Lifetime kept(int node) {
    int last = Math.max(Math.max(forward[node], again[node]), backward[node]);
    return again[node] == NEVER
        ? Lifetime.of(forward[node], last)
        : Lifetime.of(forward[node], forward[node]).and(again[node], last);
  }

  /** Of what a node's layer needs while it runs, each time anew. */
  Lifetime scratch(int node) {
    Lifetime moments = Lifetime.of(forward[node], forward[node]);
    for (int moment : new int[] {again[node], backward[node]}) {
      if (moment != NEVER) {
        moments = moments.and(moment, moment);
      }
    }
    return moments;
  }

  /** Of the part of a value's gradient that a consumer leaves. */
  Lifetime gradient(int source, int consumer) {
    return Lifetime.of(backward[consumer], lastGradient(source));
  }

  /** Of the part of a value's gradient that a loss leaves. */
  Lifetime lossGradient(int source) {
    return Lifetime.of(losses, Math.max(losses, lastGradient(source)));
  }

  private int lastGradient(int source) {
    return graph.isInput(source) ? Integer.MAX_VALUE : backward[graph.node(source)];
  }

  private boolean reads(int consumer, int value) {
    return Arrays.stream(graph.operands(consumer)).anyMatch(v -> graph.source(v) == value);
  }

  private boolean isOutput(int value) {
    for (int i = 0; i < graph.outputCount(); i++) {
      if (graph.source(graph.output(i)) == value) {
        return true;
      }
    }
    return false;
  }
}
