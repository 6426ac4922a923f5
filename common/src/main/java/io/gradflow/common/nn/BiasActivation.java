package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;

/**
 * What follows a matrix product in dense and convolutional layers: y = f(z + b) for every row, and
 * backward the gradient by z, in place of the gradient by y, with the gradient of b.
 *
 * <p>The product goes straight into the output and everything happens in place there, unless f
 * needs its input in backward.
 */
final class BiasActivation {
  private static final int NO_BIAS = -1;

  private final Activation activation;
  private final int bias;
  private final int width;
  private final Buffer product;
  private final Buffer output;
  private final Buffer outputGradient;

  /**
   * @param bias offset of b in the flat vector, or -1 without b
   * @param width of a row of z
   */
  BiasActivation(Activation activation, int bias, int width, Binding binding) {
    this.activation = activation;
    this.bias = bias;
    this.width = width;
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.product =
        binding.hasBackward() && activation.backwardReadsInput()
            ? binding.rows(output.width())
            : output;
  }

  /** Where the layer leaves z. */
  Buffer product() {
    return product;
  }

  /** Turns z into y, for {@code rows} rows of the bias's width. */
  void forward(int rows, Pass pass) {
    forward(0, rows, pass);
  }

  /** Turns z into y, for the rows from {@code first} on. */
  void forward(int first, int rows, Pass pass) {
    int at = first * width;
    if (bias != NO_BIAS) {
      activation.forwardWithBias(
          rows,
          width,
          product.array(),
          product.offset() + at,
          pass.weights(),
          bias,
          output.array(),
          output.offset() + at);
    } else {
      activation.forward(
          rows,
          width,
          product.array(),
          product.offset() + at,
          output.array(),
          output.offset() + at);
    }
  }

  /** Turns the gradient by y into that by z, in place, and adds the gradient of b. */
  void backward(int rows, Pass pass) {
    backward(0, 0, rows, pass);
  }

  /**
   * Backward of the rows from {@code first} on, whose gradients are in the rows from {@code
   * firstGradient} on.
   */
  void backward(int first, int firstGradient, int rows, Pass pass) {
    int at = first * width;
    int gradientAt = firstGradient * width;
    if (bias != NO_BIAS) {
      activation.backwardWithBias(
          rows,
          width,
          product.array(),
          product.offset() + at,
          output.array(),
          output.offset() + at,
          outputGradient.array(),
          outputGradient.offset() + gradientAt,
          pass.gradient(),
          bias);
    } else {
      activation.backward(
          rows,
          width,
          product.array(),
          product.offset() + at,
          output.array(),
          output.offset() + at,
          outputGradient.array(),
          outputGradient.offset() + gradientAt,
          outputGradient.array(),
          outputGradient.offset() + gradientAt);
    }
  }
}
