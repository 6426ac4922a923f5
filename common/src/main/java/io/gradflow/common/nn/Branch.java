package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A branch beside a shortcut, with a norm: y = x + f(norm(x)), or y = norm(x + f(x)). Bind the
 * norm, then the layers of f in order, then {@link #close}.
 */
final class Branch implements Layer {
  private final boolean normFirst;
  private final float dropout;
  private final InnerLayers inner;
  private final InnerLayers.Value x;
  private final InnerLayers.Value y;

  /** What the norm reads or writes on the branch's side: norm(x), or x + f(x). */
  private final InnerLayers.Value beside;

  private final List<Layer> layers = new ArrayList<>();
  private Layer norm;
  private InnerLayers.Value last;

  /**
   * @param dropout of f's result
   */
  Branch(
      boolean normFirst,
      float dropout,
      InnerLayers.Value x,
      InnerLayers.Value y,
      InnerLayers inner) {
    this.normFirst = normFirst;
    this.dropout = dropout;
    this.inner = inner;
    this.x = x;
    this.y = y;
    this.beside = inner.value(x.shape(), x.mask());
    this.last = normFirst ? beside : x;
  }

  void bindNorm(String name, LayerSpec spec) {
    norm =
        normFirst
            ? inner.bind(name, spec, List.of(x), beside)
            : inner.bind(name, spec, List.of(beside), y);
  }

  /** Binds the next layer of f, which reads the one before and {@code others}. */
  void bind(String name, LayerSpec spec, InnerLayers.Value... others) {
    List<InnerLayers.Value> read = new ArrayList<>(List.of(last));
    read.addAll(List.of(others));
    List<Shape> shapes = read.stream().map(InnerLayers.Value::shape).toList();
    InnerLayers.Value result = inner.value(spec.outputShape(shapes), x.mask());
    layers.add(inner.bind(name, spec, read, result));
    last = result;
  }

  /** Ends f. */
  void close() {
    if (dropout > 0) {
      bind("dropout", new Dropout(dropout));
    }
  }

  @Override
  public void forward(Pass pass) {
    if (normFirst) {
      norm.forward(pass);
    }
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).forward(pass);
    }
    Buffer sum = normFirst ? y.floats() : beside.floats();
    ArrayKernels.add(
        pass.rows() * sum.width(),
        x.floats().array(),
        x.floats().offset(),
        last.floats().array(),
        last.floats().offset(),
        sum.array(),
        sum.offset());
    if (!normFirst) {
      norm.forward(pass);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!normFirst) {
      norm.backward(pass);
    }
    Buffer sum = (normFirst ? y : beside).gradient().orElseThrow();
    Buffer branch = last.gradient().orElseThrow();
    int n = pass.rows() * sum.width();
    // A copy: layers may destroy the gradient by their output, and the shortcut needs it too.
    System.arraycopy(sum.array(), sum.offset(), branch.array(), branch.offset(), n);
    for (int i = layers.size() - 1; i >= 0; i--) {
      layers.get(i).backward(pass);
    }
    if (normFirst) {
      norm.backward(pass);
    }
    if (x.gradient().isPresent()) {
      Buffer dx = x.gradient().get();
      ArrayKernels.addInPlace(n, dx.array(), dx.offset(), sum.array(), sum.offset());
    }
  }
}
