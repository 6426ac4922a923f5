package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A chain of layers written as one.
 *
 * @param layers first to last, at least one
 * @param recompute whether activations within are let go in forward and computed again in backward
 */
@Kind("block")
@Formula(
    value = "y = f_n(... f_1(x))",
    shapes = "any that the layers take -> the last layer's output")
@Doc("A chain of layers written as one.")
public record Block(
    @Doc("The layers, first to last.") List<LayerSpec> layers,
    @Doc("Whether activations within are computed again in backward, to save memory.")
        @Default("false")
        boolean recompute)
    implements LayerSpec {
  public Block {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("block without layers; expected at least one");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return outputShape(parts(inputs), List.of(Inputs.only(inputs)));
  }

  @Override
  public List<NodeSpec> parts(List<Shape> inputs) {
    List<NodeSpec> nodes = new ArrayList<>();
    chain("", LayerSpec.input(0), layers, nodes);
    return nodes;
  }

  @Override
  public LayerSpec untruncated() {
    return new Block(untruncated(layers), recompute);
  }

  static List<LayerSpec> untruncated(List<LayerSpec> layers) {
    return layers.stream().map(LayerSpec::untruncated).toList();
  }

  @Override
  public boolean recomputes() {
    return recompute;
  }

  @Override
  public boolean rowsAreIndependent() {
    return layers.stream().allMatch(LayerSpec::rowsAreIndependent);
  }

  @Override
  public Layer bind(Binding binding) {
    throw new IllegalStateException("a block is never bound");
  }

  /**
   * Adds a chain of nodes, named by kind and a counter per kind.
   *
   * @return the name of the last, or what the chain reads if it is empty
   */
  static String chain(String prefix, String input, List<LayerSpec> layers, List<NodeSpec> nodes) {
    Map<String, Integer> counts = new HashMap<>();
    String previous = input;
    for (LayerSpec layer : layers) {
      String kind = SpecLabel.kind(layer);
      String name = prefix + kind + "_" + counts.merge(kind, 1, Integer::sum);
      nodes.add(new NodeSpec(name, layer, List.of(previous)));
      previous = name;
    }
    return previous;
  }

  /** The shape of one example's output of a block's parts. */
  static Shape outputShape(List<NodeSpec> parts, List<Shape> inputs) {
    List<InputSpec> specs = new ArrayList<>();
    for (Shape input : inputs) {
      specs.add(new InputSpec(LayerSpec.input(specs.size()), input));
    }
    return new NetworkSpec(specs, parts, List.of(parts.get(parts.size() - 1).name()))
        .outputShape(0);
  }
}
