package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** Dense: y = f(x W + b) along the last axis. */
@Kind("dense")
@Doc("Dense: y = f(x W + b) along the last axis.")
public record Dense(
    @Doc("Width of the output.") int units,
    @Doc("Function applied to the result.") @Default("identity") Activation activation,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer,
    @Doc("Whether a bias is added.") @Default("true") boolean useBias)
    implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Layer bind(Binding binding) {
    throw new UnsupportedOperationException();
  }
}
