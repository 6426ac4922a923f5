package io.gradflow.common.nn;

import java.util.Optional;

/**
 * A convolution with bias and activation, and the max pooling of its output, image by image: what
 * the one leaves is still in the cache when the other reads it, forward and backward. The gradient
 * between them takes one row of its buffer, again and again. The bits are those of the two layers
 * in turn.
 */
final class ConvolutionPoolLayer implements Layer {
  private final ConvolutionLayer convolution;
  private final MaxPoolLayer pool;

  private ConvolutionPoolLayer(ConvolutionLayer convolution, MaxPoolLayer pool) {
    this.convolution = convolution;
    this.pool = pool;
  }

  /**
   * The two as one, if the second pools the first's output.
   *
   * @param sole whether nobody else adds to the gradient between them
   */
  static Optional<Layer> of(Layer first, Layer second, boolean sole) {
    return sole
            && first instanceof ConvolutionLayer convolution
            && second instanceof MaxPoolLayer pool
            && pool.input() == convolution.output()
            && pool.inputGradient().map(dx -> dx == convolution.outputGradient()).orElse(true)
        ? Optional.of(new ConvolutionPoolLayer(convolution, pool))
        : Optional.empty();
  }

  @Override
  public void forward(Pass pass) {
    convolution.beginForward(pass);
    for (int r = 0; r < pass.rows(); r++) {
      convolution.forward(pass, r);
      pool.forward(r);
    }
  }

  @Override
  public void backward(Pass pass) {
    convolution.beginBackward(pass);
    for (int r = 0; r < pass.rows(); r++) {
      pool.backward(r, 0);
      convolution.backward(pass, r, 0);
    }
  }
}
