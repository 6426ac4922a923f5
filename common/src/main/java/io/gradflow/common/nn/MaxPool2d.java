package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.array.Window;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * The largest value of each window, channel by channel: [H, W, C] to [H', W', C].
 *
 * <p>Padding never wins. Where several elements of a window are the largest, the first in row-major
 * order gets the gradient, as in PyTorch. Nothing is stored: backward finds the element again.
 *
 * @param size height and width of the window
 * @param stride from one window to the next; the size unless given
 * @param padding around the input
 */
@Kind("maxPool2d")
@Formula(
    value = "y[i, j, c] = max_kl x[i stride + k - before, j stride + l - before, c]",
    shapes = "[H, W, C] -> [H', W', C]")
@Doc("The largest value of each window of an image, channel by channel.")
public record MaxPool2d(
    @Doc("Height and width of the window; one number for both.") List<Integer> size,
    @Doc("Steps of the window; its size if left out.") Optional<List<Integer>> stride,
    @Doc("Around the input; padding never wins.") @Default("valid") Padding padding)
    implements LayerSpec {
  public MaxPool2d {
    size = Windows.perAxis("maxPool2d size", size, 2);
    stride = stride.map(steps -> Windows.perAxis("maxPool2d stride", steps, 2));
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Window window = window(input);
    return Windows.outputShape(input, window, window.channels());
  }

  @Override
  public Layer bind(Binding binding) {
    return new MaxPoolLayer(window(binding.inputShapes().get(0)), binding);
  }

  private Window window(Shape input) {
    return Windows.pooling(input, size, stride.orElse(size), padding);
  }
}
