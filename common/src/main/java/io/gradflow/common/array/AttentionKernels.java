package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorRows;

/**
 * What lies between the two products of scaled dot-product attention, one query at a time: scaling,
 * masks and softmax.
 */
public final class AttentionKernels {
  private AttentionKernels() {}

  /**
   * One query: weights = softmax(scale scores) over the keys that count, 0 for the others; all 0 if
   * none counts.
   *
   * @param keys number of keys
   * @param seen how many of them, from the first, the query may look at
   * @param mask [keys], 1 where a key counts and 0 elsewhere; null if all do
   * @param scores [keys], overwritten with the weights
   */
  public static void weights(
      int keys, int seen, float scale, float[] mask, int mo, float[] scores, int so) {
    for (int j = seen; j < keys; j++) {
      scores[so + j] = 0f;
    }
    ArrayKernels.scale(seen, scale, scores, so, scores, so);
    if (mask != null) {
      for (int j = 0; j < seen; j++) {
        if (mask[mo + j] == 0f) {
          scores[so + j] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    float max = seen == 0 ? Float.NEGATIVE_INFINITY : SoftmaxKernels.max(seen, scores, so);
    if (max == Float.NEGATIVE_INFINITY) {
      for (int j = 0; j < seen; j++) {
        scores[so + j] = 0f;
      }
    } else {
      SoftmaxKernels.softmaxFrom(max, seen, 1f, scores, so, scores, so);
    }
  }

  /**
   * One query: the gradient by the scores, scale w (dw - sum(w dw)).
   *
   * @param weights [seen], what {@link #weights} left
   * @param gradient [keys], the gradient by the weights; overwritten, 0 for keys not seen
   */
  public static void weightsBackward(
      int keys, int seen, float scale, float[] weights, int wo, float[] gradient, int go) {
    float dot = (float) ArrayKernels.dot(seen, weights, wo, gradient, go);
    int j =
        VectorSupport.ENABLED
            ? VectorRows.scaledSoftmaxBackward(seen, dot, scale, weights, wo, gradient, go)
            : 0;
    for (; j < seen; j++) {
      gradient[go + j] = weights[wo + j] * (gradient[go + j] - dot) * scale;
    }
    for (j = seen; j < keys; j++) {
      gradient[go + j] = 0f;
    }
  }

  /**
   * Turns pairs of neighbouring elements by an angle each: (a, b) becomes (a cos - b sin, a sin + b
   * cos). With minus the sines it is the inverse, and the gradient.
   *
   * @param pairs number of pairs
   * @param cosines [pairs]
   * @param sines [pairs]
   * @param sign 1, or -1 for the inverse
   */
  public static void rotate(
      int pairs, float[] cosines, float[] sines, int at, float sign, float[] x, int xo) {
    for (int i = 0; i < pairs; i++) {
      float a = x[xo + 2 * i];
      float b = x[xo + 2 * i + 1];
      float cosine = cosines[at + i];
      float sine = sign * sines[at + i];
      x[xo + 2 * i] = Math.fma(a, cosine, -(b * sine));
      x[xo + 2 * i + 1] = Math.fma(a, sine, b * cosine);
    }
  }
}
