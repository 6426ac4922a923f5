package io.gradflow.common.nn;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.WorkspacePlan;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A network as configuration: a directed acyclic graph of named layers from inputs to outputs.
 *
 * @param inputs one per input field of the example schema, in order and under its name
 * @param nodes in any order; their order is the order of the parameters in the flat vector
 * @param outputs names of nodes; one per loss, in order
 */
public record NetworkSpec(
    @Doc("The network's inputs, one per input field.") List<InputSpec> inputs,
    @Doc("The layers and what feeds them.") List<NodeSpec> nodes,
    @Doc("Names of the nodes whose outputs are the network's, one per loss.")
        List<String> outputs) {
  /**
   * @throws IllegalArgumentException for a name that repeats or is unknown, a cycle, a node or
   *     input that no output depends on, or shapes that do not fit, naming the layer
   */
  public NetworkSpec {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    Graph.of(inputs, nodes, outputs).parameters().layout();
  }

  /**
   * A chain of layers. Nodes are named by kind and a counter per kind: {@code dense_1}, {@code
   * dropout_1}, {@code dense_2}; the last is the output.
   */
  public static NetworkSpec sequential(InputSpec input, List<LayerSpec> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("network has no layers; expected at least one");
    }
    List<NodeSpec> nodes = new ArrayList<>();
    String last = Block.chain("", input.name(), layers, nodes);
    return new NetworkSpec(List.of(input), nodes, List.of(last));
  }

  /** The same network with whole gradients: {@link LayerSpec#untruncated}. */
  public NetworkSpec untruncated() {
    List<NodeSpec> whole =
        nodes.stream().map(node -> node.withLayer(node.layer().untruncated())).toList();
    return new NetworkSpec(inputs, whole, outputs);
  }

  /**
   * The network that computes, in evaluation, one step of the only input [T, ...] a pass, with this
   * one's weights, and carries states from pass to pass: after the steps of a sequence in order its
   * output is the last step's of this one, bit for bit. Bound anew it begins anew. Empty if a layer
   * takes sequences as a whole, as attention, convolution and what goes backwards do.
   */
  public Optional<NetworkSpec> stepwise() {
    if (inputs.size() != 1 || inputs.get(0).shape().rank() == 0) {
      return Optional.empty();
    }
    Graph graph = graph();
    List<NodeSpec> each = new ArrayList<>();
    for (int n = 0; n < graph.nodes().size(); n++) {
      NodeSpec node = graph.nodes().get(n);
      Optional<LayerSpec> layer = node.layer().stepwise(graph.operandShapes(n));
      if (layer.isEmpty()) {
        return Optional.empty();
      }
      each.add(node.withLayer(layer.get()));
    }
    List<Integer> dims = new ArrayList<>(inputs.get(0).shape().dims());
    dims.set(0, 1);
    InputSpec step = new InputSpec(inputs.get(0).name(), new Shape(dims));
    List<String> last =
        IntStream.range(0, graph.outputCount())
            .mapToObj(i -> graph.name(graph.node(graph.output(i))))
            .toList();
    return Optional.of(new NetworkSpec(List.of(step), each, last));
  }

  /** Where every parameter lies in the flat vector. */
  public ParamLayout layout() {
    return graph().parameters().layout();
  }

  /** The shape of one example's output i. */
  public Shape outputShape(int i) {
    Graph graph = graph();
    return graph.shape(graph.output(i));
  }

  /**
   * How the loss, and metrics beside it, read output i against its target.
   *
   * @throws IllegalArgumentException if the target does not have the output's steps
   */
  public OutputSteps outputSteps(int i, LossSpec loss, Field target) {
    Graph graph = graph();
    int output = graph.output(i);
    return OutputSteps.of(loss, graph.shape(output), target, graph.masks().isMasked(output));
  }

  /**
   * Fills the weights: every parameter by its initializer, keyed by the seed and the parameter's
   * name, so that adding a layer changes no other's start.
   *
   * @param weights of {@code layout().size()} floats, overwritten
   */
  public void initialize(long seed, float[] weights) {
    graph().parameters().initialize(seed, weights);
  }

  /**
   * Makes the executable network of one replica: plans and allocates its workspace once.
   *
   * @param schema fields in the order of the inputs, targets in any order
   * @param objectives one per output, or none when the network only predicts
   * @param maxRows the largest number of rows of a pass
   * @throws IllegalArgumentException if fields or losses do not fit the network
   */
  public Network bind(ExampleSchema schema, Objectives objectives, int maxRows, WeightPacks packs) {
    WorkspacePlan plan = new WorkspacePlan(maxRows);
    return new NetworkBinder(graph(), schema, objectives, plan, packs, false).bind();
  }

  /**
   * Like {@link #bind(ExampleSchema, Objectives, int, WeightPacks)}, with losses of weight 1.
   *
   * @param losses one per output and target, in order, or none when the network only predicts
   */
  public Network bind(ExampleSchema schema, List<LossSpec> losses, int maxRows, Gemm gemm) {
    return bind(schema, objectives(schema, losses), maxRows, new WeightPacks(gemm));
  }

  /** Like {@link #bind}, and backward also leaves the gradient by each number input. */
  public Network bindWithInputGradients(
      ExampleSchema schema, List<LossSpec> losses, int maxRows, Gemm gemm) {
    return bindWithInputGradients(schema, objectives(schema, losses), maxRows, gemm);
  }

  /** Like {@link #bind}, and backward also leaves the gradient by each number input. */
  public Network bindWithInputGradients(
      ExampleSchema schema, Objectives objectives, int maxRows, Gemm gemm) {
    return binder(schema, objectives, maxRows, gemm, true).bind();
  }

  /**
   * Floats of activations, their gradients and scratch that a replica takes for passes of this many
   * rows.
   */
  public long workspaceFloats(ExampleSchema schema, Objectives objectives, int maxRows, Gemm gemm) {
    return binder(schema, objectives, maxRows, gemm, false).workspaceFloats();
  }

  /** Whether a layer adds a term of its own to the loss: {@link LayerSpec#addsLoss}. */
  public boolean hasLossTerms() {
    Graph graph = graph();
    return IntStream.range(0, graph.nodes().size()).anyMatch(n -> graph.layer(n).addsLoss());
  }

  /**
   * The layers, by node name, whose rows depend on each other in training: with one of them a
   * micro-shard is computed as a whole.
   */
  public List<String> wholeMicroShardLayers() {
    return nodes.stream()
        .filter(node -> node.trainable() && !node.layer().rowsAreIndependent())
        .map(NodeSpec::name)
        .toList();
  }

  private NetworkBinder binder(
      ExampleSchema schema, Objectives objectives, int maxRows, Gemm gemm, boolean gradients) {
    WorkspacePlan plan = new WorkspacePlan(maxRows);
    return new NetworkBinder(graph(), schema, objectives, plan, new WeightPacks(gemm), gradients);
  }

  private Objectives objectives(ExampleSchema schema, List<LossSpec> losses) {
    int targets = schema.targets().size();
    if (!losses.isEmpty() && (losses.size() != outputs.size() || targets != outputs.size())) {
      throw new IllegalArgumentException(
          "network has "
              + outputs.size()
              + " outputs, but there are "
              + losses.size()
              + " losses and "
              + targets
              + " targets; expected one of each per output");
    }
    return Objectives.of(losses, schema.targets());
  }

  private Graph graph() {
    return Graph.of(inputs, nodes, outputs);
  }
}
