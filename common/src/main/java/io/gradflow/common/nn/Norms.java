package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What normalizations share: their trained parameters gamma and beta, a pair per channel. */
final class Norms {
  /** The place of a parameter that a layer does not have. */
  static final int NONE = -1;

  private Norms() {}

  static void requireEpsilon(float epsilon) {
    Settings.requireAboveZero("epsilon", epsilon);
  }

  /** gamma, from 1, and beta, from 0; none unless affine. */
  static List<ParamSpec> params(boolean affine, Shape input) {
    List<ParamSpec> params = new ArrayList<>();
    if (affine) {
      Shape channels = Shape.of(Inputs.lastAxis(input));
      params.add(new ParamSpec("gamma", channels, new Initializer.Constant(1), true));
      params.add(new ParamSpec("beta", channels, new Initializer.Zeros(), true));
    }
    return params;
  }

  static int offset(boolean has, String name, Binding binding) {
    return has ? binding.paramOffset(name) : NONE;
  }

  /** Copies a parameter, or a constant where there is none. */
  static void copy(float[] weights, int from, float otherwise, int n, float[] to, int at) {
    if (from == NONE) {
      Arrays.fill(to, at, at + n, otherwise);
    } else {
      System.arraycopy(weights, from, to, at, n);
    }
  }

  /** 1 / sqrt(variance + epsilon). */
  static float inverseDeviation(float variance, float epsilon) {
    return (float) (1 / Math.sqrt((double) variance + epsilon));
  }
}
