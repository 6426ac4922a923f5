package io.gradflow.common.nn;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a graph's nodes: whose they are, where they lie and how they start. Frozen ones
 * lie among the statistics, out of every optimizer's reach.
 */
final class Parameters {
  /** The use of a node that shares with none. */
  static final int UNSHARED = -1;

  private final Graph graph;

  /** Per node: the node whose parameters it uses, mostly itself. */
  private final int[] owners;

  /** Per node: which of the uses of shared parameters it is, as declared. */
  private final int[] uses;

  /**
   * @throws IllegalArgumentException if a node cannot share what it is to share, naming the layer
   */
  Parameters(Graph graph) {
    this.graph = graph;
    int count = graph.nodes().size();
    this.owners = new int[count];
    this.uses = new int[count];
    int[] counts = new int[count];
    for (int n = 0; n < count; n++) {
      owners[n] = resolveOwner(n);
      uses[n] = counts[owners[n]]++;
    }
    for (int n = 0; n < count; n++) {
      if (counts[owners[n]] == 1) {
        uses[n] = UNSHARED;
      }
    }
  }

  /** What a node's layer asks for; nothing of it is trainable if the node is frozen. */
  List<ParamSpec> params(int node) {
    List<ParamSpec> params = graph.layer(node).params(graph.operandShapes(node));
    return isFrozen(node)
        ? params.stream()
            .map(p -> new ParamSpec(p.name(), p.shape(), p.initializer(), false))
            .toList()
        : params;
  }

  boolean isFrozen(int node) {
    return !graph.nodes().get(owners[node]).trainable();
  }

  boolean isTrainable(int node) {
    return params(node).stream().anyMatch(ParamSpec::trainable);
  }

  /** Which use of shared parameters a node is, or {@link #UNSHARED}. */
  int use(int node) {
    return uses[node];
  }

  String name(int node, String param) {
    return graph.name(owners[node]) + "/" + param;
  }

  ParamLayout layout() {
    List<ParamSlice> slices = new ArrayList<>();
    int offset = addSlices(slices, 0, true);
    addSlices(slices, offset, false);
    return new ParamLayout(slices);
  }

  void initialize(long seed, float[] weights) {
    ParamLayout layout = layout();
    if (weights.length != layout.size()) {
      throw new IllegalArgumentException(
          "weights of " + weights.length + " floats; expected " + layout.size());
    }
    for (int n = 0; n < owners.length; n++) {
      for (ParamSpec param : params(n)) {
        ParamSlice slice = layout.slice(name(n, param.name()));
        long key = CounterRng.key(seed, CounterRng.Purpose.INITIALIZE, slice.name());
        param.initializer().fill(key, slice.shape(), weights, slice.offset());
      }
    }
  }

  private int addSlices(List<ParamSlice> slices, int offset, boolean trainable) {
    for (int n = 0; n < owners.length; n++) {
      for (ParamSpec param : params(n)) {
        if (owners[n] == n && param.trainable() == trainable) {
          slices.add(new ParamSlice(name(n, param.name()), param.shape(), offset, trainable));
          offset = Math.addExact(offset, param.shape().size());
        }
      }
    }
    return offset;
  }

  private int resolveOwner(int node) {
    NodeSpec spec = graph.nodes().get(node);
    if (spec.sharedWith().isEmpty()) {
      return node;
    }
    Map<String, Integer> indices = new HashMap<>();
    for (int n = 0; n < owners.length; n++) {
      indices.put(graph.name(n), n);
    }
    Integer owner = indices.get(spec.sharedWith().get());
    if (owner == null || graph.nodes().get(owner).sharedWith().isPresent()) {
      throw new IllegalArgumentException(
          graph.label(node)
              + ": sharedWith "
              + spec.sharedWith().get()
              + " names no node that has parameters of its own; there are "
              + graph.nodes().stream()
                  .filter(each -> each.sharedWith().isEmpty())
                  .map(NodeSpec::name)
                  .toList());
    }
    if (!graph.layer(owner).equals(graph.layer(node))) {
      throw new IllegalArgumentException(
          graph.label(node)
              + ": shares the parameters of "
              + graph.label(owner)
              + "; expected the same layer with the same settings");
    }
    List<ParamSpec> own = graph.layer(node).params(graph.operandShapes(node));
    List<ParamSpec> others = graph.layer(owner).params(graph.operandShapes(owner));
    if (!own.equals(others)) {
      throw new IllegalArgumentException(
          graph.label(node)
              + ": its input "
              + graph.operandShapes(node)
              + " makes other parameters than the input "
              + graph.operandShapes(owner)
              + " of "
              + graph.label(owner)
              + "; expected inputs that fit the same parameters");
    }
    return owner;
  }
}
