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
 * The largest value of each window along time, channel by channel: [T, C] to [T', C]; as {@link
 * MaxPool2d} with one axis.
 *
 * @param size taps of the window
 * @param stride from one window to the next; the size unless given
 * @param padding before and after the input
 */
@Kind("maxPool1d")
@Formula(value = "y[t, c] = max_k x[t stride + k - before, c]", shapes = "[T, C] -> [T', C]")
@Doc("The largest value of each window of a sequence, channel by channel.")
public record MaxPool1d(
    @Doc("Taps of the window.") int size,
    @Doc("Steps of the window; its size if left out.") Optional<Integer> stride,
    @Doc("Around the input; padding never wins.") @Default("valid") Padding padding)
    implements LayerSpec {
  public MaxPool1d {
    Windows.requireAtLeast("maxPool1d size", List.of(size), 1);
    stride.ifPresent(steps -> Windows.requireAtLeast("maxPool1d stride", List.of(steps), 1));
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Window window = window(input);
    return Windows.outputShape(input, window, window.channels());
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.DERIVE;
  }

  @Override
  public Layer bind(Binding binding) {
    return MaskedPoolLayer.max(window(binding.inputShapes().get(0)), binding);
  }

  private Window window(Shape input) {
    return Windows.pooling(input, List.of(size), List.of(stride.orElse(size)), padding);
  }
}
