package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.ImageMap;
import java.util.Optional;

/**
 * The executable twin of {@link AvgPool2d}, {@link AvgPool1d}, {@link GlobalAvgPool}, {@link
 * Upsample2d} and {@link Upsample1d}: a linear map of every row's image.
 */
final class ImageMapLayer implements Layer {
  private final ImageMap map;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  ImageMapLayer(ImageMap map, Binding binding) {
    this.map = map;
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    for (int r = 0; r < pass.rows(); r++) {
      map.forward(
          input.array(),
          input.offset() + r * input.width(),
          output.array(),
          output.offset() + r * output.width());
    }
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      Buffer dx = inputGradient.get();
      for (int r = 0; r < pass.rows(); r++) {
        map.backward(
            outputGradient.array(),
            outputGradient.offset() + r * output.width(),
            dx.array(),
            dx.offset() + r * dx.width());
      }
    }
  }
}
