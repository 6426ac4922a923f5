package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * The ascent of sharpness-aware minimization: w + e with e = radius g / ||g|| (Foret et al. 2021,
 * equation 2 with p = 2), or, relative to the weights, e = radius w^2 g / ||w g|| (ASAM, Kwon et
 * al. 2021, equation 7, without the paper's small constant eta). A gradient of 0 moves nothing.
 *
 * @param radius the papers' rho
 * @param adaptive whether distances are relative to the weights
 */
public record Perturbation(double radius, boolean adaptive) {
  /**
   * Where to take the gradient.
   *
   * @param weights the flat weights, read only
   * @param gradient any positive multiple of the gradient there, read only
   * @param moved overwritten with w + e; statistics and frozen parameters are copied
   */
  public void move(ParamLayout layout, float[] weights, float[] gradient, float[] moved) {
    System.arraycopy(weights, 0, moved, 0, layout.size());
    Slices slices = new Slices(layout);
    double squares = 0;
    for (int s = 0; s < slices.count(); s++) {
      Slice slice = slices.get(s);
      squares +=
          adaptive
              ? sumOfSquaredProducts(slice, weights, gradient)
              : Loops.sumOfSquares(slice.from(), slice.to(), gradient);
    }
    if (!(squares > 0)) {
      return;
    }
    float factor = (float) (radius / Math.sqrt(squares));
    int count = layout.trainableSize();
    if (adaptive) {
      for (int i = 0; i < count; i++) {
        moved[i] = Math.fma(factor * weights[i] * weights[i], gradient[i], weights[i]);
      }
    } else {
      Loops.addScaled(0, count, factor, gradient, moved);
    }
  }

  private static double sumOfSquaredProducts(Slice slice, float[] a, float[] b) {
    double sum = 0;
    for (int i = slice.from(); i < slice.to(); i++) {
      double product = (double) a[i] * b[i];
      sum += product * product;
    }
    return sum;
  }
}
