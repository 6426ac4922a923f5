package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A network spec with its names resolved and its shapes inferred. <em>Values</em> are numbered:
 * first the network's inputs, then the outputs of the nodes as declared.
 */
final class Graph {
  private final List<InputSpec> inputs;
  private final List<NodeSpec> nodes;
  private final int inputCount;
  private final int[][] operands;
  private final int[] order;
  private final Shape[] shapes;
  private final int[] outputs;
  private final List<String> outputNames;
  private final int[] origins;
  private final int[] recomputed;
  private MaskFlow masks;
  private Parameters parameters;

  /**
   * @param origins per node: the index of the declared node that it is, or is a part of
   * @param recomputed per node: the declared node in which it is recomputed, or -1
   */
  private Graph(
      List<InputSpec> inputs,
      List<NodeSpec> nodes,
      int[] origins,
      int[] recomputed,
      List<String> outputs) {
    this.inputs = inputs;
    this.nodes = nodes;
    this.origins = origins;
    this.recomputed = recomputed;
    this.inputCount = inputs.size();
    this.outputNames = outputs;
    Map<String, Integer> values = names();
    this.operands = new int[nodes.size()][];
    for (int n = 0; n < operands.length; n++) {
      operands[n] = resolveOperands(n, values);
    }
    this.outputs = resolveOutputs(outputs, values);
    this.order = topologicalOrder();
    requireAllUsed();
    this.shapes = inferShapes();
  }

  /**
   * The graph of declared nodes, blocks taken apart.
   *
   * @throws IllegalArgumentException for a name that repeats or is unknown, a cycle, a node or
   *     input that nothing uses, shapes or masks that do not fit, or nodes that cannot share
   *     parameters, naming the layer
   */
  static Graph of(List<InputSpec> inputs, List<NodeSpec> nodes, List<String> outputs) {
    int[] none = new int[nodes.size()];
    Arrays.fill(none, -1);
    int[] declared = IntStream.range(0, nodes.size()).toArray();
    Graph graph = new Graph(inputs, nodes, declared, none, outputs);
    while (nodes.size() > 0 && graph.blocks() > 0) {
      graph = graph.takenApart();
    }
    graph.masks = new MaskFlow(graph);
    graph.parameters = new Parameters(graph);
    return graph;
  }

  private long blocks() {
    return IntStream.range(0, operands.length).filter(n -> !parts(n).isEmpty()).count();
  }

  private List<NodeSpec> parts(int node) {
    return layer(node).parts(operandShapes(node));
  }

  /** The same graph with the parts of every block in its place. */
  private Graph takenApart() {
    List<NodeSpec> flat = new ArrayList<>();
    List<Integer> flatOrigins = new ArrayList<>();
    List<Integer> flatRecomputed = new ArrayList<>();
    Map<String, String> outputsOfBlocks = new LinkedHashMap<>();
    for (int n = 0; n < operands.length; n++) {
      List<NodeSpec> parts = parts(n);
      List<NodeSpec> placed = parts.isEmpty() ? List.of(nodes.get(n)) : nodes.get(n).place(parts);
      if (!parts.isEmpty()) {
        outputsOfBlocks.put(name(n), placed.get(placed.size() - 1).name());
      }
      boolean opens = recomputed[n] < 0 && layer(n).recomputes();
      for (NodeSpec part : placed) {
        flat.add(part);
        flatOrigins.add(origins[n]);
        flatRecomputed.add(opens ? n : recomputed[n]);
      }
    }
    return new Graph(
        inputs,
        flat.stream().map(node -> node.reading(outputsOfBlocks)).toList(),
        ints(flatOrigins),
        ints(flatRecomputed),
        outputNames.stream().map(name -> outputsOfBlocks.getOrDefault(name, name)).toList());
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The nodes such that each comes after all it reads; as declared where that allows. */
  int[] order() {
    return order;
  }

  /** The values that node n reads. */
  int[] operands(int node) {
    return operands[node];
  }

  Shape shape(int value) {
    return shapes[value];
  }

  List<Shape> operandShapes(int node) {
    return Arrays.stream(operands[node]).mapToObj(value -> shapes[value]).toList();
  }

  /** The value that is output i. */
  int output(int i) {
    return outputs[i];
  }

  int valueCount() {
    return inputCount + operands.length;
  }

  boolean isInput(int value) {
    return value < inputCount;
  }

  /** The value of node n. */
  int value(int node) {
    return inputCount + node;
  }

  /** The node behind a value that is not an input. */
  int node(int value) {
    return value - inputCount;
  }

  List<InputSpec> inputs() {
    return inputs;
  }

  String name(int node) {
    return nodes.get(node).name();
  }

  LayerSpec layer(int node) {
    return nodes.get(node).layer();
  }

  boolean isView(int node) {
    return layer(node).isView();
  }

  int outputCount() {
    return outputs.length;
  }

  /** The value whose floats this value shows: itself unless it comes out of a view. */
  int source(int value) {
    int source = value;
    while (!isInput(source) && isView(node(source))) {
      source = operands[node(source)][0];
    }
    return source;
  }

  MaskFlow masks() {
    return masks;
  }

  Parameters parameters() {
    return parameters;
  }

  List<NodeSpec> nodes() {
    return nodes;
  }

  /**
   * Where a node's outputs are recomputed in backward: nodes of the same number together; or -1.
   */
  int recomputed(int node) {
    return recomputed[node];
  }

  /** The layer as faults name it: {@code layer 3 (dense_2, dense units=10)}. */
  String label(int node) {
    return "layer "
        + (origins[node] + 1)
        + " ("
        + name(node)
        + ", "
        + SpecLabel.describe(layer(node))
        + ")";
  }

  private Map<String, Integer> names() {
    Map<String, Integer> values = new LinkedHashMap<>();
    for (InputSpec input : inputs) {
      putUnique(values, input.name(), "network input " + (values.size() + 1));
    }
    for (int n = 0; n < nodes.size(); n++) {
      putUnique(values, nodes.get(n).name(), label(n));
    }
    return values;
  }

  private static void putUnique(Map<String, Integer> values, String name, String where) {
    if (values.putIfAbsent(name, values.size()) != null) {
      throw new IllegalArgumentException(
          where + ": the name " + name + " is taken; names of inputs and nodes must differ");
    }
  }

  private int[] resolveOperands(int node, Map<String, Integer> values) {
    return nodes.get(node).inputs().stream()
        .mapToInt(
            name -> {
              Integer value = values.get(name);
              if (value == null) {
                throw new IllegalArgumentException(
                    label(node) + ": no input or node " + name + "; there are " + values.keySet());
              }
              return value;
            })
        .toArray();
  }

  private int[] resolveOutputs(List<String> names, Map<String, Integer> values) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("network has no outputs; name at least one node");
    }
    return names.stream()
        .mapToInt(
            name -> {
              Integer value = values.get(name);
              if (value == null || isInput(value)) {
                throw new IllegalArgumentException(
                    "network output "
                        + name
                        + " is not a node; nodes are "
                        + nodes.stream().map(NodeSpec::name).toList());
              }
              return value;
            })
        .toArray();
  }

  private int[] topologicalOrder() {
    int[] sorted = new int[operands.length];
    boolean[] known = new boolean[valueCount()];
    Arrays.fill(known, 0, inputCount, true);
    for (int i = 0; i < sorted.length; i++) {
      int next = firstReady(known);
      sorted[i] = next;
      known[value(next)] = true;
    }
    return sorted;
  }

  private int firstReady(boolean[] known) {
    List<String> waiting = new ArrayList<>();
    for (int n = 0; n < operands.length; n++) {
      if (!known[value(n)]) {
        if (Arrays.stream(operands[n]).allMatch(value -> known[value])) {
          return n;
        }
        waiting.add(nodes.get(n).name());
      }
    }
    throw new IllegalArgumentException("network has a cycle among or before the nodes " + waiting);
  }

  private void requireAllUsed() {
    boolean[] used = new boolean[valueCount()];
    for (int output : outputs) {
      used[output] = true;
    }
    for (int i = order.length - 1; i >= 0; i--) {
      if (used[value(order[i])]) {
        for (int operand : operands[order[i]]) {
          used[operand] = true;
        }
      }
    }
    for (int value = 0; value < used.length; value++) {
      if (!used[value]) {
        String what =
            isInput(value) ? "network input " + inputs.get(value).name() : label(node(value));
        throw new IllegalArgumentException(
            what + ": no output depends on it; connect it or leave it out");
      }
    }
  }

  private Shape[] inferShapes() {
    Shape[] inferred = new Shape[valueCount()];
    for (int i = 0; i < inputCount; i++) {
      inferred[i] = inputs.get(i).shape();
    }
    for (int node : order) {
      List<Shape> read = Arrays.stream(operands[node]).mapToObj(v -> inferred[v]).toList();
      try {
        inferred[value(node)] = layer(node).outputShape(read);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(label(node) + ": " + e.getMessage(), e);
      }
    }
    return inferred;
  }
}
