package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * A penalty on the values that pass through: y = x, and the loss of an example grows by l1 sum |x|
 * + l2 sum x^2, over the steps that count where x is masked; dx = dy + w (l1 sign(x) + 2 l2 x) for
 * an example of weight w.
 *
 * <p>Shapes: x and y any, alike. Keras's layer of that name, which divides by the rows of a batch
 * as the mean over examples does here.
 *
 * @param l1 factor of the absolute values, not negative
 * @param l2 factor of the squares, not negative; one of both above 0
 */
@Kind("activityRegularization")
@Formula("y = x; loss + l1 sum |x| + l2 sum x^2 for every example")
@Doc("Adds a penalty on the values that pass through to the loss.")
public record ActivityRegularization(
    @Doc("Factor of the sum of absolute values.") @Default("0") float l1,
    @Doc("Factor of the sum of squares.") @Default("0") float l2)
    implements LayerSpec {
  public ActivityRegularization {
    boolean finite = l1 >= 0 && l2 >= 0 && l1 + l2 < Float.POSITIVE_INFINITY;
    if (!finite || l1 + l2 == 0) {
      throw new IllegalArgumentException(
          "activityRegularization l1 "
              + l1
              + ", l2 "
              + l2
              + "; expected finite numbers of at least 0, one of them above");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public boolean addsLoss() {
    return true;
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new ActivityRegularizationLayer(this, binding);
  }
}

/** The executable twin of {@link ActivityRegularization}. */
final class ActivityRegularizationLayer implements Layer {
  private final float l1;
  private final float l2;
  private final int width;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;
  private final Optional<Buffer> mask;

  /** [rows] penalties of the last forward. */
  private final Buffer penalties;

  ActivityRegularizationLayer(ActivityRegularization spec, Binding binding) {
    this.l1 = spec.l1();
    this.l2 = spec.l2();
    this.width = binding.inputShapes().get(0).size();
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    this.mask = binding.inputMask(0);
    this.penalties = binding.rows(1);
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.array();
    System.arraycopy(
        x, input.offset(), output.array(), output.offset(), Math.multiplyExact(pass.rows(), width));
    for (int row = 0; row < pass.rows(); row++) {
      int at = input.offset() + row * width;
      double penalty = 0;
      for (int i = 0; i < width; i++) {
        double value = counts(row, i) ? x[at + i] : 0;
        penalty += l1 * Math.abs(value) + l2 * value * value;
      }
      penalties.array()[penalties.offset() + row] = (float) penalty;
    }
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isEmpty()) {
      return;
    }
    float[] x = input.array();
    float[] dy = outputGradient.array();
    float[] dx = inputGradient.get().array();
    for (int row = 0; row < pass.rows(); row++) {
      int xo = input.offset() + row * width;
      int dyo = outputGradient.offset() + row * width;
      int dxo = inputGradient.get().offset() + row * width;
      float weight = pass.exampleWeights()[row];
      for (int i = 0; i < width; i++) {
        float slope = counts(row, i) ? l1 * Math.signum(x[xo + i]) + 2 * l2 * x[xo + i] : 0;
        dx[dxo + i] = Math.fma(weight, slope, dy[dyo + i]);
      }
    }
  }

  @Override
  public double lossTerm(int row) {
    return penalties.array()[penalties.offset() + row];
  }

  private boolean counts(int row, int i) {
    if (mask.isEmpty()) {
      return true;
    }
    int steps = mask.get().width();
    return mask.get().array()[mask.get().offset() + row * steps + i / (width / steps)] != 0;
  }
}
