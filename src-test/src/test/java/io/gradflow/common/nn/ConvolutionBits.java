package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.Windowed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Prints one hash over what convolution, pooling and resizing layers leave of random numbers. */
final class ConvolutionBits {
  private ConvolutionBits() {}

  public static void main(String[] args) {
    System.out.println(hash());
  }

  static int hash() {
    Windowed same = Windowed.kernel(3).padding(new Padding.Same());
    Optional<List<Integer>> asSize = Optional.empty();
    Optional<List<Integer>> two = Optional.of(List.of(2));
    Upsample2d.Interpolation bilinear = Upsample2d.Interpolation.BILINEAR;
    int hash = 1;
    for (LayerSpec first : List.of(same.conv2d(37), same.stride(2).dilation(2).conv2d(20))) {
      NetworkSpec chain =
          NetworkSpec.sequential(
              new InputSpec("x", Shape.of(13, 11, 3)),
              List.of(
                  first,
                  new MaxPool2d(List.of(2), asSize, new Padding.Valid()),
                  same.activation(new Activation.Tanh()).depthwise(1),
                  same.activation(new Activation.Relu()).conv2d(33),
                  new MaxPool2d(List.of(3), two, new Padding.Same()),
                  same.stride(2).transposed(18),
                  new Upsample2d(List.of(2), bilinear),
                  new AvgPool2d(List.of(3), two, new Padding.Same()),
                  same.separable(21, 2),
                  new GlobalAvgPool()));
      NetworkTrial trial = NetworkTrial.ofNetwork(chain, 3).randomize(12);
      NetworkTrial.Outcome outcome = trial.run();
      hash = 31 * hash + Arrays.hashCode(outcome.outputs().get(0));
      hash = 31 * hash + Arrays.hashCode(outcome.gradient());
      hash = 31 * hash + Arrays.hashCode(outcome.inputGradients().get(0));
    }
    return hash;
  }
}
