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
 * The mean of each window along time, channel by channel: [T, C] to [T', C]; as {@link AvgPool2d}
 * with one axis. Of a masked sequence the steps that count; an output step counts if one of its
 * window does, and is 0 otherwise.
 *
 * @param size taps of the window
 * @param stride from one window to the next; the size unless given
 * @param padding before and after the input
 */
@Kind("avgPool1d")
@Formula(
    value = "y[t, c] = mean_k x[t stride + k - before, c], padding not counted",
    shapes = "[T, C] -> [T', C]")
@Doc("The mean of each window of a sequence, channel by channel.")
public record AvgPool1d(
    @Doc("Taps of the window.") int size,
    @Doc("Steps of the window; its size if left out.") Optional<Integer> stride,
    @Doc("Around the input; padding does not count.") @Default("valid") Padding padding)
    implements LayerSpec {
  public AvgPool1d {
    Windows.requireAtLeast("avgPool1d size", List.of(size), 1);
    stride.ifPresent(steps -> Windows.requireAtLeast("avgPool1d stride", List.of(steps), 1));
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
    return MaskedPoolLayer.mean(window(binding.inputShapes().get(0)), binding);
  }

  private Window window(Shape input) {
    return Windows.pooling(input, List.of(size), List.of(stride.orElse(size)), padding);
  }
}
