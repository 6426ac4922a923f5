package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.WorkspacePlan;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.Objective;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.loss.OutputSteps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Plans a network's buffers and binds its layers, once.
 *
 * <p>Views (flatten, reshape) get no buffers: who reads a view reads its source. A value that one
 * consumer reads has one gradient buffer, which that consumer overwrites. A value with several
 * consumers has one for each; they are added up in fixed order, losses first, then consumers in
 * topological order, before the value's own node runs backward.
 */
final class NetworkBinder {
  private final Graph graph;
  private final ExampleSchema schema;
  private final Objectives objectives;
  private final WeightPacks packs;
  private final WorkspacePlan plan;
  private final ParamLayout layout;

  /** Slots of the gradient that layers overwrite where a pass forgets it. */
  private final List<ParamSlice> overwritten = new ArrayList<>();

  /** Per value: whether its gradient is wanted. */
  private final boolean[] needsGradient;

  /** The nodes that are computed, in order. */
  private final int[] nodes;

  private final Lifetimes lifetimes;

  /** Per value that is no view: where its floats are. */
  private final Buffer[] floats;

  /** Per value that owns a mask: where it is. */
  private final Buffer[] masks;

  /** Per value that is no view: the parts of its gradient in the order they are added. */
  private final List<List<Buffer>> gradientParts = new ArrayList<>();

  NetworkBinder(
      Graph graph,
      ExampleSchema schema,
      Objectives objectives,
      WorkspacePlan plan,
      WeightPacks packs,
      boolean inputGradients) {
    this.graph = graph;
    this.schema = schema;
    this.objectives = objectives;
    this.packs = packs;
    this.plan = plan;
    this.layout = graph.parameters().layout();
    requireFits();
    this.needsGradient = new boolean[graph.valueCount()];
    if (objectives.size() > 0) {
      markGradients(inputGradients);
    }
    this.nodes = Arrays.stream(graph.order()).filter(node -> !graph.isView(node)).toArray();
    this.lifetimes = new Lifetimes(graph, nodes, needsGradient);
    this.floats = new Buffer[graph.valueCount()];
    this.masks = new Buffer[graph.valueCount()];
    for (int value = 0; value < floats.length; value++) {
      gradientParts.add(new ArrayList<>());
    }
  }

  Network bind() {
    Network network = plan();
    plan.allocate();
    return network;
  }

  /** Floats of the workspace, without allocating it. */
  long workspaceFloats() {
    return plan().workspaceFloats();
  }

  /** The network, whose buffers are planned but not there yet. */
  private Network plan() {
    List<Buffer> inputs = new ArrayList<>();
    for (int i = 0; i < schema.inputs().size(); i++) {
      floats[i] = new Buffer(graph.shape(i).size());
      inputs.add(floats[i]);
    }
    for (int node : nodes) {
      int value = graph.value(node);
      floats[value] = plan.rows(graph.shape(value).size(), lifetimes.activation(node));
      if (graph.masks().ownsMask(value)) {
        masks[value] = plan.rows(graph.masks().steps(value));
      }
    }
    List<OutputLoss> targets = new ArrayList<>();
    for (int i = 0; i < objectives.size(); i++) {
      targets.add(bindLoss(i));
    }
    // All gradients before any layer: what a layer gets is made by the layers that follow it.
    List<List<Optional<Buffer>>> inputGradients = new ArrayList<>();
    for (int node : nodes) {
      inputGradients.add(
          Arrays.stream(graph.operands(node)).mapToObj(v -> newPart(v, node)).toList());
    }
    List<Network.Step> steps = new ArrayList<>();
    List<Layer> terms = new ArrayList<>();
    for (int i = 0; i < nodes.length; i++) {
      Network.Step step = bindNode(i, inputGradients.get(i));
      steps.add(step);
      if (graph.layer(nodes[i]).addsLoss()) {
        terms.add(step.layer());
      }
    }
    return new Network(
        graph,
        plan,
        inputs,
        Fusion.of(steps),
        outputs(),
        IntStream.range(0, graph.outputCount()).mapToObj(i -> mask(graph.output(i))).toList(),
        targets,
        terms,
        inputGradients(),
        SlotRules.of(graph, layout, objectives.size() == 0, overwritten));
  }

  private OutputLoss bindLoss(int i) {
    int output = graph.output(i);
    Objective objective = objectives.get(i);
    LossSpec loss = objective.loss();
    int index = targetIndex(objective.target());
    Field target = schema.targets().get(index);
    try {
      Shape shape = graph.shape(output);
      OutputSteps steps = OutputSteps.of(loss, shape, target, graph.masks().isMasked(output));
      StepWeights each = eachStep(loss, steps, output);
      return new OutputLoss(
          index,
          loss.bind(steps.output(), steps.target()),
          steps.count(),
          target.width(),
          objective.weight(),
          floats[graph.source(output)],
          lossGradient(output),
          isOnlyTerm() ? each : weighted(objective, steps, output),
          each);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          SpecLabel.describe(loss)
              + " on the output of "
              + graph.label(graph.node(output))
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** What metrics weigh the steps with, and the loss where it is all that is minimised. */
  private StepWeights eachStep(LossSpec loss, OutputSteps steps, int output) {
    return StepWeights.each(
        weightCount(loss, steps, output), lossMask(loss, output), loss.ignoredClass(), 1, plan);
  }

  /** What a loss of several weighs the steps with. */
  private StepWeights weighted(Objective objective, OutputSteps steps, int output) {
    LossSpec loss = objective.loss();
    int count = weightCount(loss, steps, output);
    Optional<Buffer> mask = lossMask(loss, output);
    return loss.readsMask()
        ? StepWeights.each(count, mask, loss.ignoredClass(), objective.weight(), plan)
        : StepWeights.mean(count, mask, loss.ignoredClass(), objective.weight(), plan);
  }

  private int weightCount(LossSpec loss, OutputSteps steps, int output) {
    return loss.readsMask() ? graph.shape(output).dim(0) : steps.count();
  }

  private Optional<Buffer> lossMask(LossSpec loss, int output) {
    return loss.perStep() || loss.readsMask() ? mask(output) : Optional.empty();
  }

  /** Whether the loss of one output is all that is minimised. */
  private boolean isOnlyTerm() {
    return objectives.size() == 1
        && Arrays.stream(nodes).noneMatch(node -> graph.layer(node).addsLoss());
  }

  private int targetIndex(String name) {
    List<String> names = schema.targets().stream().map(Field::name).toList();
    if (!names.contains(name)) {
      throw new IllegalArgumentException("no target " + name + "; there are " + names);
    }
    return names.indexOf(name);
  }

  /** A loss overwrites a gradient even where no parameter wants it. */
  private Buffer lossGradient(int output) {
    int source = graph.source(output);
    Buffer part = plan.rows(graph.shape(source).size(), lifetimes.lossGradient(source));
    if (needsGradient[source]) {
      gradientParts.get(source).add(part);
    }
    return part;
  }

  private Optional<Buffer> mask(int value) {
    MaskFlow flow = graph.masks();
    return flow.isMasked(value) ? Optional.of(masks[flow.owner(value)]) : Optional.empty();
  }

  private List<Optional<Buffer>> operandMasks(int node) {
    return Arrays.stream(graph.operands(node)).mapToObj(this::mask).toList();
  }

  /** A layer that first multiplies its inputs' masks, where they differ. */
  private Layer withMaskProduct(int node, Layer layer) {
    int value = graph.value(node);
    if (!graph.masks().isProduct(value)) {
      return layer;
    }
    List<Buffer> factors = operandMasks(node).stream().flatMap(Optional::stream).toList();
    return new MaskProduct(factors, masks[value], layer);
  }

  private Optional<Buffer> newPart(int value, int consumer) {
    int source = graph.source(value);
    if (!needsGradient[source]) {
      return Optional.empty();
    }
    Buffer part = plan.rows(graph.shape(source).size(), lifetimes.gradient(source, consumer));
    gradientParts.get(source).add(part);
    return Optional.of(part);
  }

  private GradientSum gradient(int value) {
    return new GradientSum(graph.shape(value).size(), gradientParts.get(value));
  }

  private Network.Step bindNode(int position, List<Optional<Buffer>> inputGradients) {
    int node = nodes[position];
    List<Buffer> inputs =
        Arrays.stream(graph.operands(node)).mapToObj(v -> floats[graph.source(v)]).toList();
    Buffer output = floats[graph.value(node)];
    GradientSum gradient = gradient(graph.value(node));
    NodeBinding binding =
        new NodeBinding(
            graph,
            node,
            packs,
            plan,
            lifetimes,
            layout,
            overwritten,
            inputs,
            output,
            operandMasks(node),
            mask(graph.value(node)),
            inputGradients,
            gradient);
    int use = graph.parameters().use(node);
    return new Network.Step(
        withMaskProduct(node, graph.layer(node).bind(binding)),
        gradient,
        use,
        lifetimes.isComputedAgain(node),
        position + 1 - lifetimes.againFrom(position));
  }

  private List<Buffer> outputs() {
    List<Buffer> outputs = new ArrayList<>();
    for (int i = 0; i < graph.outputCount(); i++) {
      outputs.add(floats[graph.source(graph.output(i))]);
    }
    return outputs;
  }

  private List<GradientSum> inputGradients() {
    List<GradientSum> gradients = new ArrayList<>();
    for (int i = 0; i < schema.inputs().size(); i++) {
      gradients.add(gradient(i));
    }
    return gradients;
  }

  private void markGradients(boolean inputGradients) {
    for (int i = 0; i < schema.inputs().size(); i++) {
      needsGradient[i] = inputGradients && schema.inputs().get(i).kind() == Field.Kind.NUMBER;
    }
    for (int node : graph.order()) {
      needsGradient[graph.value(node)] =
          graph.parameters().isTrainable(node)
              || Arrays.stream(graph.operands(node)).anyMatch(operand -> needsGradient[operand]);
    }
  }

  private void requireFits() {
    int inputs = graph.inputs().size();
    if (schema.inputs().size() != inputs) {
      throw new IllegalArgumentException(
          "schema has " + schema.inputs().size() + " inputs, the network " + inputs);
    }
    for (int i = 0; i < inputs; i++) {
      InputSpec input = graph.inputs().get(i);
      Field field = schema.inputs().get(i);
      if (!field.name().equals(input.name()) || field.width() != input.shape().size()) {
        throw new IllegalArgumentException(
            "input field "
                + field.name()
                + " "
                + field.shape()
                + " does not feed network input "
                + input.name()
                + " "
                + input.shape()
                + "; expected the same name and size");
      }
    }
    if (objectives.size() > 0 && objectives.size() != graph.outputCount()) {
      throw new IllegalArgumentException(
          "network has "
              + graph.outputCount()
              + " outputs, but there are "
              + objectives.size()
              + " losses; expected one per output");
    }
  }
}
