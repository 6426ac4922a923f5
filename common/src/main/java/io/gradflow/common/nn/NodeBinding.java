package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.WorkspacePlan;
import java.util.List;
import java.util.Optional;

/** The binding of one node of a graph. */
final class NodeBinding implements Binding {
  private final Graph graph;
  private final int node;
  private final WeightPacks packs;
  private final WorkspacePlan plan;
  private final Lifetimes lifetimes;
  private final ParamLayout layout;

  /** Where slots are noted that layers overwrite. */
  private final List<ParamSlice> overwritten;

  private final List<Buffer> inputs;
  private final Buffer output;
  private final List<Optional<Buffer>> inputMasks;
  private final Optional<Buffer> outputMask;
  private final List<Optional<Buffer>> inputGradients;
  private final GradientSum outputGradient;

  NodeBinding(
      Graph graph,
      int node,
      WeightPacks packs,
      WorkspacePlan plan,
      Lifetimes lifetimes,
      ParamLayout layout,
      List<ParamSlice> overwritten,
      List<Buffer> inputs,
      Buffer output,
      List<Optional<Buffer>> inputMasks,
      Optional<Buffer> outputMask,
      List<Optional<Buffer>> inputGradients,
      GradientSum outputGradient) {
    this.graph = graph;
    this.node = node;
    this.packs = packs;
    this.plan = plan;
    this.lifetimes = lifetimes;
    this.layout = layout;
    this.overwritten = overwritten;
    this.inputs = inputs;
    this.output = output;
    this.inputMasks = inputMasks;
    this.outputMask = outputMask;
    this.inputGradients = inputGradients;
    this.outputGradient = outputGradient;
  }

  @Override
  public String node() {
    return graph.name(node);
  }

  @Override
  public int layerKey() {
    return node;
  }

  @Override
  public int maxRows() {
    return plan.maxRows();
  }

  @Override
  public Gemm gemm() {
    return packs.gemm();
  }

  @Override
  public List<Shape> inputShapes() {
    return graph.operandShapes(node);
  }

  @Override
  public List<Buffer> inputs() {
    return inputs;
  }

  @Override
  public Buffer output() {
    return output;
  }

  @Override
  public Optional<Buffer> inputMask(int i) {
    return inputMasks.get(i);
  }

  @Override
  public Optional<Buffer> outputMask() {
    return outputMask;
  }

  @Override
  public boolean isFrozen() {
    return graph.parameters().isFrozen(node);
  }

  @Override
  public boolean hasBackward() {
    return outputGradient.isWanted();
  }

  @Override
  public Buffer outputGradient() {
    return outputGradient.sum();
  }

  @Override
  public Optional<Buffer> inputGradient(int i) {
    return inputGradients.get(i);
  }

  @Override
  public int paramOffset(String name) {
    return layout.slice(graph.parameters().name(node, name)).offset();
  }

  @Override
  public boolean overwrites(String name) {
    boolean granted =
        hasBackward() && !isFrozen() && graph.parameters().use(node) == Parameters.UNSHARED;
    if (granted) {
      overwritten.add(layout.slice(graph.parameters().name(node, name)));
    }
    return granted;
  }

  @Override
  public WeightMatrix weightMatrix(String name, int part, int parts, boolean transposed) {
    ParamSlice slice = layout.slice(graph.parameters().name(node, name));
    int columns = Inputs.lastAxis(slice.shape());
    int rows = slice.size() / columns / parts;
    int from = slice.offset() + part * rows * columns;
    return transposed
        ? new WeightMatrix(packs, from, columns, rows, true)
        : new WeightMatrix(packs, from, rows, columns, false);
  }

  @Override
  public Buffer rows(int width) {
    return plan.rows(width, lifetimes.kept(node));
  }

  @Override
  public Buffer block(int floats) {
    return plan.block(floats, lifetimes.kept(node));
  }

  @Override
  public Buffer scratchRows(int width) {
    return plan.rows(width, lifetimes.scratch(node));
  }

  @Override
  public Buffer scratch(int floats) {
    return plan.block(floats, lifetimes.scratch(node));
  }
}
