package io.gradflow.common.loss;

import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Soft Dice loss of a segmentation mask: with p = sigmoid(z) and the target t in [0, 1], for each
 * channel l = 1 - (2 sum p t + s) / (sum p + sum t + s), the sums over the places of one example;
 * the mean over channels, which lie along the last axis of an output of two or more axes. dl/dz = p
 * (1 - p) (N - 2 t D) / D^2, with N and D the ratio's numerator and denominator. Logits of +-1e4
 * stay finite.
 *
 * <p>Source: Milletari, Navab and Ahmadi, "V-Net", 3DV 2016, arXiv:1606.04797, without squares in
 * the denominator.
 *
 * @param smoothing s, above 0: an empty mask that is predicted empty costs nothing
 */
@Kind("dice")
@Formula(
    value =
        "by channel l = 1 - (2 sum p t + s) / (sum p + sum t + s), p = sigmoid(z); the mean over"
            + " channels",
    shapes = "output and target [..., C]")
@Doc("Soft Dice loss of segmentation masks, per example and channel.")
public record Dice(
    @Doc("Added above and below the fraction, above 0.") @Default("1") float smoothing)
    implements LossSpec {
  public Dice {
    Settings.requireAboveZero("dice smoothing", smoothing);
  }

  @Override
  public Link link() {
    return Link.SIGMOID;
  }

  @Override
  public boolean perStep() {
    return false;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireNumbers(output, target);
    int channels = output.rank() < 2 ? 1 : output.dim(-1);
    return new BoundDice(output.size() / channels, channels, smoothing);
  }
}

/** The executable twin of {@link Dice}. */
record BoundDice(int places, int channels, float smoothing) implements RowLoss {
  @Override
  public int outputWidth() {
    return places * channels;
  }

  @Override
  public int targetWidth() {
    return places * channels;
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
    for (int c = 0; c < channels; c++) {
      double overlap = 0;
      double total = 0;
      for (int i = c; i < places * channels; i += channels) {
        float target = Targets.probability(targets[t + i], row);
        double p = FloatMath.sigmoid(outputs[o + i]);
        overlap += p * target;
        total += p + target;
      }
      double numerator = 2 * overlap + smoothing;
      double denominator = total + smoothing;
      loss += 1 - numerator / denominator;
      if (gradient != null) {
        double scale = weight / (channels * denominator * denominator);
        for (int i = c; i < places * channels; i += channels) {
          float z = outputs[o + i];
          double slope = (double) FloatMath.sigmoid(z) * FloatMath.sigmoid(-z);
          gradient[g + i] =
              (float) (scale * slope * (numerator - 2 * targets[t + i] * denominator));
        }
      }
    }
    return loss / channels;
  }
}
