package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Cosine distance to the target vector: l = 1 - cos(y, t), cos(y, t) = y.t / (|y| |t|); dl/dy =
 * (cos(y, t) y / |y| - t / |t|) / |y|. Vectors lie along the last axis; the mean over the others.
 *
 * <p>A norm below 1e-8 counts as 1e-8, as in PyTorch's {@code cosine_similarity}: a vector of zeros
 * has cosine 0.
 */
@Kind("cosine")
@Formula(value = "l = 1 - y.t / (|y| |t|)", shapes = "output and target of K numbers")
@Doc("Cosine distance to the target vector along the last axis, mean over the others.")
public record Cosine() implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireNumbers(output, target);
    int width = output.rank() == 0 ? 1 : output.dim(-1);
    if (width < 2) {
      throw new IllegalArgumentException(
          "output " + output + "; expected vectors of two or more elements along the last axis");
    }
    return new BoundCosine(output.size() / width, width);
  }
}

/** The executable twin of {@link Cosine}. */
record BoundCosine(int vectors, int width) implements RowLoss {
  @Override
  public int outputWidth() {
    return vectors * width;
  }

  @Override
  public int targetWidth() {
    return vectors * width;
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
    double loss = 0;
    double scale = (double) weight / vectors;
    for (int v = 0; v < vectors; v++) {
      int at = v * width;
      double cosine = CosineSimilarity.of(width, outputs, o + at, targets, t + at);
      loss += 1 - cosine;
      if (gradient != null) {
        CosineSimilarity.gradient(
            width, -scale, cosine, outputs, o + at, targets, t + at, gradient, g + at);
      }
    }
    return loss / vectors;
  }
}
