package io.gradflow.common.model;

import io.gradflow.common.array.ActivationKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.SoftmaxKernels;
import io.gradflow.common.loss.LossSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The scores of one output of some rows. One owner, one thread. */
final class OutputScores {
  private final LossSpec.Link link;
  private final boolean yesOrNo;
  private final int width;
  private final int steps;
  private final List<String> classes;
  private final float[] scores;
  private Optional<Buffer> mask = Optional.empty();

  OutputScores(ModelOutput output, int maxRows) {
    this.link = output.link();
    this.yesOrNo = output.isYesOrNo();
    this.width = output.predictionWidth();
    this.steps = output.steps();
    this.classes = output.classes();
    this.scores = new float[Math.multiplyExact(maxRows, width)];
  }

  /** Numbers a row. */
  int width() {
    return width;
  }

  /** [rows, width], as last read. */
  float[] scores() {
    return scores;
  }

  /** Turns the logits of some rows into scores. */
  void read(int rows, Buffer logits, Optional<Buffer> outputMask) {
    mask = outputMask;
    float[] z = logits.array();
    int zo = logits.offset();
    switch (link) {
      case IDENTITY, EMBEDDING -> System.arraycopy(z, zo, scores, 0, rows * width);
      case EXPONENTIAL -> {
        for (int i = 0; i < rows * width; i++) {
          scores[i] = FloatMath.exp(z[zo + i]);
        }
      }
      case SOFTMAX, CTC -> {
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
  }

  /** Both classes' probabilities by one logit each. */
  private void scoreYesOrNo(int logits, float[] z, int zo) {
    for (int i = 0; i < logits; i++) {
      float p = FloatMath.sigmoid(z[zo + i]);
      scores[2 * i] = 1 - p;
      scores[2 * i + 1] = p;
    }
  }

  /** The index of the largest of a step's scores; the first of equals. */
  int argMax(int row, int step) {
    int classes = width / steps;
    int from = row * width + step * classes;
    int best = from;
    for (int i = from + 1; i < from + classes; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best - from;
  }

  /**
   * The predicted classes of a row: one for every step, null where a step does not count; or, where
   * labels belong to no steps, every run of one class once, blanks left out.
   */
  List<String> labels(int row) {
    List<String> labels = new ArrayList<>();
    int last = 0;
    for (int t = 0; t < steps; t++) {
      boolean counts = counts(row, t);
      int best = argMax(row, t);
      if (link != LossSpec.Link.CTC) {
        labels.add(counts ? classes.get(best) : null);
      } else if (counts) {
        if (best != 0 && best != last) {
          labels.add(classes.get(best));
        }
        last = best;
      }
    }
    return labels;
  }

  private boolean counts(int row, int step) {
    return mask.isEmpty() || mask.get().array()[mask.get().offset() + row * steps + step] != 0;
  }
}
