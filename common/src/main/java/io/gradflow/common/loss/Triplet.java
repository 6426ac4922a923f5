package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Triplet loss of embeddings, an anchor a, a positive p of its kind and a negative n of another: l
 * = max(0, m + |a - p| - |a - n|). With the unit vectors u = (a - p) / |a - p| and v = (a - n) / |a
 * - n|, which count as 0 where the distance is 0: dl/da = u - v, dl/dp = -u, dl/dn = v where l > 0.
 *
 * <p>Output [3, width] with rows a, p, n: one row of data is one triplet, from shared layers on
 * three inputs, say, whose outputs are concatenated and reshaped. The target is not read. PyTorch's
 * {@code TripletMarginLoss} but for its eps of 1e-6, which it adds to every difference.
 *
 * <p>Source: Schroff, Kalenichenko and Philbin, "FaceNet", CVPR 2015, arXiv:1503.03832, with
 * distances instead of their squares.
 *
 * @param margin m, above 0
 */
@Kind("triplet")
@Formula(
    value = "l = max(0, margin + |a - p| - |a - n|)",
    shapes = "output [3, width] of anchor, positive, negative; the target is not read")
@Doc("Pulls an anchor to its positive and away from its negative; output [3, width].")
public record Triplet(
    @Doc("How much farther the negative must be than the positive, above 0.") @Default("1")
        float margin)
    implements LossSpec {
  public Triplet {
    Settings.requireAboveZero("triplet margin", margin);
  }

  @Override
  public Link link() {
    return Link.EMBEDDING;
  }

  @Override
  public boolean perStep() {
    return false;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireEmbeddings(output, 3);
    return new BoundTriplet(output.dim(1), target.width(), margin);
  }
}

/** The executable twin of {@link Triplet}. */
record BoundTriplet(int width, int targetWidth, float margin) implements RowLoss {
  @Override
  public int outputWidth() {
    return 3 * width;
  }

  @Override
  public double rowLoss(
      int row,
      float[] outputs,
      int o,
      float[] targets,
      int t,
      float weight,
      float[] gradient,
      int g) {
    int p = o + width;
    int n = p + width;
    double near = Distance.of(width, outputs, o, outputs, p);
    double far = Distance.of(width, outputs, o, outputs, n);
    double loss = Math.max(0, margin + near - far);
    if (gradient != null) {
      double nearScale = loss == 0 || near == 0 ? 0 : weight / near;
      double farScale = loss == 0 || far == 0 ? 0 : weight / far;
      for (int k = 0; k < width; k++) {
        double u = nearScale * ((double) outputs[o + k] - outputs[p + k]);
        double v = farScale * ((double) outputs[o + k] - outputs[n + k]);
        gradient[g + k] = (float) (u - v);
        gradient[g + width + k] = (float) -u;
        gradient[g + 2 * width + k] = (float) v;
      }
    }
    return loss;
  }
}
