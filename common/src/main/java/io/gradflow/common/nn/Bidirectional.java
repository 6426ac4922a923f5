package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A recurrent layer in both directions, each with parameters of its own: {@code forward/...} and
 * {@code backward/...}. Every step's output holds both directions' states at that step, side by
 * side or added up; with {@code returnSequences} false both last states, the backward one at the
 * first step, as in PyTorch and Keras.
 *
 * <p>Source: Schuster and Paliwal, IEEE Transactions on Signal Processing 45 (1997).
 *
 * @param layer taken as it is and with its steps in the other order
 * @param merge how the two outputs become one
 */
@Kind("bidirectional")
@Formula(
    value = "y_t = (forward h_t, backward h_t) side by side, or their sum",
    shapes =
        "x [T, in] -> [T, 2 units], or [T, units] of sums; [2 units] or [units] of the last states")
@Doc("A recurrent layer in both directions, each with its own parameters.")
public record Bidirectional(
    @Doc("The recurrent layer.") Recurrent layer,
    @Doc("How both outputs become one.") @Default("concat") Merge merge)
    implements LayerSpec {
  /** How the outputs of both directions become one. */
  public enum Merge {
    /** Side by side: [..., 2 units], forward first. */
    CONCAT,
    /** Added up: [..., units]. */
    SUM
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape one = layer.outputShape(List.of(Inputs.only(inputs)));
    if (merge == Merge.SUM) {
      return one;
    }
    List<Integer> dims = new ArrayList<>(one.dims());
    dims.set(dims.size() - 1, 2 * layer.units());
    return new Shape(dims);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    List<ParamSpec> params = new ArrayList<>(InnerLayers.params("forward", layer, input));
    params.addAll(InnerLayers.params("backward", layer.reversed(), input));
    return params;
  }

  @Override
  public LayerSpec untruncated() {
    return new Bidirectional(layer.untruncated(), merge);
  }

  @Override
  public MaskRule maskRule() {
    return layer.maskRule();
  }

  @Override
  public Layer bind(Binding binding) {
    return new BidirectionalLayer(this, binding);
  }
}

/** The executable twin of {@link Bidirectional}. */
final class BidirectionalLayer implements Layer {
  private final boolean concat;
  private final int units;
  private final int states;
  private final InnerLayers.Value[] results = new InnerLayers.Value[2];
  private final Layer[] directions = new Layer[2];
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  /** The second direction's part of the gradient by the input. */
  private final Optional<Buffer> secondGradient;

  BidirectionalLayer(Bidirectional spec, Binding binding) {
    Recurrent layer = spec.layer();
    Shape one = layer.outputShape(binding.inputShapes());
    this.concat = spec.merge() == Bidirectional.Merge.CONCAT;
    this.units = layer.units();
    this.states = one.size() / units;
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    InnerLayers inner = new InnerLayers(binding);
    InnerLayers.Value input = inner.input(0);
    this.secondGradient = inputGradient.map(dx -> binding.scratchRows(dx.width()));
    for (int d = 0; d < 2; d++) {
      results[d] = inner.value(one, Optional.empty());
      directions[d] =
          inner.bind(
              d == 0 ? "forward" : "backward",
              d == 0 ? layer : layer.reversed(),
              List.of(d == 0 ? input : input.withGradient(secondGradient)),
              results[d]);
    }
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.rows() * states;
    for (int d = 0; d < 2; d++) {
      directions[d].forward(pass);
      Buffer from = results[d].floats();
      if (concat) {
        copy(n, from, 0, units, output, d * units, 2 * units);
      } else if (d == 0) {
        copy(n, from, 0, units, output, 0, units);
      } else {
        ArrayKernels.addInPlace(
            n * units, output.array(), output.offset(), from.array(), from.offset());
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.rows() * states;
    for (int d = 0; d < 2; d++) {
      Buffer to = results[d].gradient().orElseThrow();
      copy(n, outputGradient, concat ? d * units : 0, concat ? 2 * units : units, to, 0, units);
      directions[d].backward(pass);
    }
    if (inputGradient.isPresent()) {
      Buffer dx = inputGradient.get();
      Buffer second = secondGradient.orElseThrow();
      ArrayKernels.addInPlace(
          pass.rows() * dx.width(), dx.array(), dx.offset(), second.array(), second.offset());
    }
  }

  /** n runs of {@code units} floats, from and to places so many floats apart. */
  private void copy(
      int n, Buffer from, int first, int fromStride, Buffer to, int at, int toStride) {
    for (int i = 0; i < n; i++) {
      System.arraycopy(
          from.array(),
          from.offset() + first + i * fromStride,
          to.array(),
          to.offset() + at + i * toStride,
          units);
    }
  }
}
