package io.gradflow.testkit;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.nn.Binding;
import io.gradflow.common.nn.Layer;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.MaskRule;
import io.gradflow.common.nn.Pass;
import java.util.List;

/**
 * Masks its first input [T, ...] by its second [T]: a step counts where the number is positive. The
 * first passes through, so that finite differences reach every element, masked or not; the second
 * should hold class indices, which have no gradient.
 */
public record MaskedBy() implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.MAKE;
  }

  @Override
  public Layer bind(Binding binding) {
    Buffer x = binding.inputs().get(0);
    Buffer steps = binding.inputs().get(1);
    Buffer mask = binding.outputMask().orElseThrow();
    return new Layer() {
      @Override
      public void forward(Pass pass) {
        copy(pass, x, binding.output());
        for (int i = 0; i < pass.rows() * steps.width(); i++) {
          mask.array()[mask.offset() + i] = steps.array()[steps.offset() + i] > 0 ? 1 : 0;
        }
      }

      @Override
      public void backward(Pass pass) {
        binding.inputGradient(0).ifPresent(dx -> copy(pass, binding.outputGradient(), dx));
      }

      private void copy(Pass pass, Buffer from, Buffer to) {
        System.arraycopy(
            from.array(), from.offset(), to.array(), to.offset(), pass.rows() * from.width());
      }
    };
  }
}
