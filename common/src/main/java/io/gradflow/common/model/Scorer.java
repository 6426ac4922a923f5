package io.gradflow.common.model;

import io.gradflow.common.array.ActivationKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.SoftmaxKernels;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.Pass;
import java.util.List;

/**
 * A model bound for prediction: encoded rows in, probabilities or values out. One owner, one
 * thread; scoring allocates nothing. A row's bits do not depend on the rows beside it.
 */
public final class Scorer {
  private final LossSpec.Link link;
  private final boolean yesOrNo;
  private final int width;
  private final int steps;
  private final Network network;
  private final Pass pass = new Pass();
  private final MiniBatch batch;
  private final float[] scores;

  Scorer(Model model, int maxRows) {
    ModelSpec spec = model.spec();
    this.link = spec.loss().link();
    this.yesOrNo = spec.isYesOrNo();
    this.width = spec.predictionWidth();
    this.steps = spec.outputSteps().count();
    this.network =
        spec.network()
            .bind(
                spec.preprocessing().unlabelled().schema(),
                List.of(),
                maxRows,
                Numerics.PORTABLE.gemm());
    this.batch = new MiniBatch(spec.preprocessing().unlabelled().schema(), maxRows);
    this.scores = new float[Math.multiplyExact(maxRows, width)];
    pass.arrays(model.weights(), new float[0]);
  }

  /** The rows to score: fill the inputs, set the number of rows. */
  public MiniBatch batch() {
    return batch;
  }

  /** Numbers a row of {@link #score()}. */
  public int width() {
    return width;
  }

  /**
   * Scores the rows of {@link #batch()}.
   *
   * @return [rows, width], overwritten by the next call: class probabilities in index order, or
   *     values
   */
  public float[] score() {
    int rows = batch.rows();
    if (rows == 0) {
      return scores;
    }
    pass.rows(rows, 0, false);
    network.forward(pass, batch);
    Buffer logits = network.output(0);
    float[] z = logits.array();
    int zo = logits.offset();
    switch (link) {
      case IDENTITY, EMBEDDING -> System.arraycopy(z, zo, scores, 0, rows * width);
      case EXPONENTIAL -> {
        for (int i = 0; i < rows * width; i++) {
          scores[i] = FloatMath.exp(z[zo + i]);
        }
      }
      case SOFTMAX -> {
        if (yesOrNo) {
          scoreYesOrNo(rows * steps, z, zo);
        } else {
          SoftmaxKernels.softmaxRows(rows * steps, width / steps, z, zo, scores, 0);
        }
      }
      case SIGMOID -> {
        if (yesOrNo) {
          scoreYesOrNo(rows * steps, z, zo);
        } else {
          ActivationKernels.sigmoid(rows * width, z, zo, scores, 0);
        }
      }
    }
    return scores;
  }

  /** Both classes' probabilities by one logit each. */
  private void scoreYesOrNo(int logits, float[] z, int zo) {
    ActivationKernels.sigmoid(logits, z, zo, z, zo);
    for (int row = 0; row < logits; row++) {
      scores[2 * row] = 1 - z[zo + row];
      scores[2 * row + 1] = z[zo + row];
    }
  }

  /** The index of the largest of a row's scores; the first of equals. */
  public int argMax(int row) {
    int best = row * width;
    for (int i = best + 1; i < (row + 1) * width; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best - row * width;
  }
}
