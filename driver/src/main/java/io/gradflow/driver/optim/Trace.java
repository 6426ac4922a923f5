package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * Momentum: v = momentum v + (1 - dampening) g, in the first step v = g; u = v, or with Nesterov's
 * look-ahead u = g + momentum v. State {@code momentum/trace} = v.
 *
 * <p>PyTorch's {@code SGD}, undampened first step included; optax's {@code trace}.
 *
 * @param momentum share of v that is kept
 * @param dampening share of the gradient that is left out
 * @param nesterov whether to look ahead
 */
public record Trace(double momentum, double dampening, boolean nesterov)
    implements GradientTransform {
  public Trace {
    Hyperparameters.fraction("trace", "momentum", momentum);
    Hyperparameters.fraction("trace", "dampening", dampening);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Velocity(state.zeros("momentum/trace", layout.trainableSize()));
  }

  private final class Velocity implements Update {
    private final float[] trace;
    private float gain;

    Velocity(float[] trace) {
      this.trace = trace;
    }

    @Override
    public void begin(StepContext step) {
      gain = step.step() == 0 ? 1 : (float) (1 - dampening);
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (nesterov) {
        lookAhead(slice.from(), slice.to(), (float) momentum, gain, updates, trace);
      } else {
        follow(slice.from(), slice.to(), (float) momentum, gain, updates, trace);
      }
    }
  }

  private static void follow(
      int from, int to, float momentum, float gain, float[] u, float[] trace) {
    for (int i = from; i < to; i++) {
      float v = Math.fma(momentum, trace[i], gain * u[i]);
      trace[i] = v;
      u[i] = v;
    }
  }

  private static void lookAhead(
      int from, int to, float momentum, float gain, float[] u, float[] trace) {
    for (int i = from; i < to; i++) {
      float v = Math.fma(momentum, trace[i], gain * u[i]);
      trace[i] = v;
      u[i] = Math.fma(momentum, v, u[i]);
    }
  }
}
