package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Layers that a layer is made of. Their parameters are the outer layer's, under the inner layer's
 * name: {@code attention/kernel}. The outer layer runs them, forward in its order and backward in
 * the reverse, and adds up the gradients of a value that several of them read.
 */
final class InnerLayers {
  /** Keys of inner layers lie above those of all nodes of a network. */
  private static final int KEY_SHIFT = 16;

  private final Binding outer;
  private int bound;

  /**
   * What inner layers read and write.
   *
   * @param gradient empty where nobody wants it
   * @param mask [rows, T], if it has one
   */
  record Value(Shape shape, Buffer floats, Optional<Buffer> gradient, Optional<Buffer> mask) {
    /** The same floats where the gradient goes elsewhere. */
    Value withGradient(Optional<Buffer> other) {
      return new Value(shape, floats, other, mask);
    }
  }

  InnerLayers(Binding outer) {
    this.outer = outer;
  }

  /** The parameters of an inner layer, as the outer layer asks for them. */
  static List<ParamSpec> params(String name, LayerSpec spec, Shape... inputs) {
    return spec.params(List.of(inputs)).stream()
        .map(
            param ->
                new ParamSpec(
                    name + "/" + param.name(),
                    param.shape(),
                    param.initializer(),
                    param.trainable()))
        .toList();
  }

  /** The outer layer's input i. */
  Value input(int i) {
    return new Value(
        outer.inputShapes().get(i),
        outer.inputs().get(i),
        outer.inputGradient(i),
        outer.inputMask(i));
  }

  /** The outer layer's output. */
  Value output(Shape shape) {
    return new Value(
        shape,
        outer.output(),
        outer.hasBackward() ? Optional.of(outer.outputGradient()) : Optional.empty(),
        outer.outputMask());
  }

  /** A value of its own between layers. */
  Value value(Shape shape, Optional<Buffer> mask) {
    return new Value(
        shape,
        outer.rows(shape.size()),
        outer.hasBackward() ? Optional.of(outer.scratchRows(shape.size())) : Optional.empty(),
        mask);
  }

  /** Binds the only inner layer, whose parameters are the outer layer's own. */
  Layer bind(LayerSpec spec, List<Value> inputs, Value output) {
    return spec.bind(new InnerBinding(outer, "", outer.layerKey(), inputs, output));
  }

  /** Binds the next inner layer. */
  Layer bind(String name, LayerSpec spec, List<Value> inputs, Value output) {
    bound++;
    return spec.bind(
        new InnerBinding(
            outer, name + "/", outer.layerKey() + (bound << KEY_SHIFT), inputs, output));
  }

  /** What an inner layer is told. */
  private record InnerBinding(
      Binding outer, String prefix, int layerKey, List<Value> values, Value result)
      implements Binding {
    @Override
    public String node() {
      return outer.node();
    }

    @Override
    public int maxRows() {
      return outer.maxRows();
    }

    @Override
    public Gemm gemm() {
      return outer.gemm();
    }

    @Override
    public List<Shape> inputShapes() {
      return values.stream().map(Value::shape).toList();
    }

    @Override
    public List<Buffer> inputs() {
      return values.stream().map(Value::floats).toList();
    }

    @Override
    public Buffer output() {
      return result.floats();
    }

    @Override
    public Optional<Buffer> inputMask(int i) {
      return values.get(i).mask();
    }

    @Override
    public Optional<Buffer> outputMask() {
      return result.mask();
    }

    @Override
    public boolean isFrozen() {
      return outer.isFrozen();
    }

    @Override
    public boolean hasBackward() {
      return outer.hasBackward();
    }

    @Override
    public Buffer outputGradient() {
      return result.gradient().orElseGet(outer::outputGradient);
    }

    @Override
    public Optional<Buffer> inputGradient(int i) {
      return values.get(i).gradient();
    }

    @Override
    public int paramOffset(String name) {
      return outer.paramOffset(prefix + name);
    }

    @Override
    public boolean overwrites(String name) {
      return outer.overwrites(prefix + name);
    }

    @Override
    public WeightMatrix weightMatrix(String name, int part, int parts, boolean transposed) {
      return outer.weightMatrix(prefix + name, part, parts, transposed);
    }

    @Override
    public Buffer rows(int width) {
      return outer.rows(width);
    }

    @Override
    public Buffer block(int floats) {
      return outer.block(floats);
    }

    @Override
    public Buffer scratchRows(int width) {
      return outer.scratchRows(width);
    }

    @Override
    public Buffer scratch(int floats) {
      return outer.scratch(floats);
    }
  }
}
