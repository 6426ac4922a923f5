package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * A residual connection: y = projection(x) + f(x), f and projection chains of layers; without a
 * projection y = x + f(x). Both sides have one shape.
 *
 * <p>Source: He et al. (2015), arXiv:1512.03385.
 *
 * @param layers f, first to last, at least one
 * @param projection what brings x to the shape of f(x), if anything
 * @param recompute whether activations within are let go in forward and computed again in backward
 */
@Kind("residual")
@Formula(
    value = "y = x + f(x), with a projection p(x) in place of x where f changes the shape",
    shapes = "any that the layers take -> the layers' output")
@Doc("Adds what a chain of layers makes of its input to the input.")
public record Residual(
    @Doc("The layers, first to last.") List<LayerSpec> layers,
    @Doc("Layers on the way past them; none for the input as it is.") @Default("[]")
        List<LayerSpec> projection,
    @Doc("Whether activations within are computed again in backward, to save memory.")
        @Default("false")
        boolean recompute)
    implements LayerSpec {
  public Residual {
    layers = List.copyOf(layers);
    projection = List.copyOf(projection);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("residual without layers; expected at least one");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Block.outputShape(parts(inputs), List.of(Inputs.only(inputs)));
  }

  @Override
  public List<NodeSpec> parts(List<Shape> inputs) {
    List<NodeSpec> nodes = new ArrayList<>();
    String way = Block.chain("", LayerSpec.input(0), layers, nodes);
    String past = Block.chain("projection.", LayerSpec.input(0), projection, nodes);
    nodes.add(new NodeSpec("sum", new Add(), List.of(past, way)));
    return nodes;
  }

  @Override
  public LayerSpec untruncated() {
    return new Residual(Block.untruncated(layers), Block.untruncated(projection), recompute);
  }

  @Override
  public boolean recomputes() {
    return recompute;
  }

  @Override
  public boolean rowsAreIndependent() {
    return layers.stream().allMatch(LayerSpec::rowsAreIndependent)
        && projection.stream().allMatch(LayerSpec::rowsAreIndependent);
  }

  @Override
  public Layer bind(Binding binding) {
    throw new IllegalStateException("a residual is never bound");
  }
}
