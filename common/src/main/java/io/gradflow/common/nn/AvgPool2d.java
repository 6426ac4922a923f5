package io.gradflow.common.nn;

import io.gradflow.common.array.AvgPooling;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.Window;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * The mean of each window, channel by channel: [H, W, C] to [H', W', C].
 *
 * <p>Padding does not count: at borders the sum is divided by the number of real elements in the
 * window, as in TensorFlow. PyTorch divides by the window's size unless told {@code
 * count_include_pad=False}.
 *
 * @param size height and width of the window
 * @param stride from one window to the next; the size unless given
 * @param padding around the input
 */
@Kind("avgPool2d")
@Formula(
    value =
        "y[i, j, c] = mean_kl x[i stride + k - before, j stride + l - before, c], padding not"
            + " counted",
    shapes = "[H, W, C] -> [H', W', C]")
@Doc("The mean of each window of an image, channel by channel.")
public record AvgPool2d(
    @Doc("Height and width of the window; one number for both.") List<Integer> size,
    @Doc("Steps of the window; its size if left out.") Optional<List<Integer>> stride,
    @Doc("Around the input; padding does not count.") @Default("valid") Padding padding)
    implements LayerSpec {
  public AvgPool2d {
    size = Windows.perAxis("avgPool2d size", size, 2);
    stride = stride.map(steps -> Windows.perAxis("avgPool2d stride", steps, 2));
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Window window = window(input);
    return Windows.outputShape(input, window, window.channels());
  }

  @Override
  public Layer bind(Binding binding) {
    return new ImageMapLayer(new AvgPooling(window(binding.inputShapes().get(0))), binding);
  }

  private Window window(Shape input) {
    return Windows.pooling(input, size, stride.orElse(size), padding);
  }
}
