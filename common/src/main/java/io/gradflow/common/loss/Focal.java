package io.gradflow.common.loss;

import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.SoftmaxKernels;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;
import java.util.List;

/**
 * Focal loss of logits against a class: cross-entropy that counts less the surer the network is, l
 * = -c_y (1 - p)^gamma log p, in nats, where p is the probability of the true class y, by sigmoid
 * of one logit for two classes or by softmax of one logit a class, and c are class weights. With
 * gamma 0 it is cross-entropy. Logits of +-1e4 stay finite.
 *
 * <p>With L = log p: dl/dL = c_y (1 - p)^gamma (gamma p L / (1 - p) - 1), and dL/dz_k = [k = y] -
 * softmax(z)_k; for one logit dL/dz = +-(1 - p).
 *
 * <p>The weight of a row is w, whatever its class: PyTorch has no focal loss, this is torchvision's
 * {@code sigmoid_focal_loss} for two classes with {@code classWeights} [1 - alpha, alpha].
 *
 * <p>Source: Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017, arXiv:1708.02002.
 *
 * @param gamma how fast sure rows lose weight, at least 0
 * @param classWeights c, alpha in the paper, in index order; empty for all 1
 */
@Kind("focal")
@Formula(
    value = "l = -c_y (1 - p)^gamma log p, p the probability of the true class",
    shapes = "output [C], or [1] for two classes; target a class index")
@Doc("Cross-entropy of a class that counts less the surer the network is.")
public record Focal(
    @Doc("How fast sure rows lose weight, at least 0; 0 is cross-entropy.") @Default("2")
        float gamma,
    @Doc("Weight of each class in index order (alpha); empty for equal weights.") @Default("[]")
        List<Float> classWeights)
    implements LossSpec {
  public Focal {
    classWeights = List.copyOf(classWeights);
    Settings.requireNotNegative("focal gamma", gamma);
    ClassWeights.require(classWeights);
  }

  @Override
  public Link link() {
    return Link.SOFTMAX;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    int classes = Targets.requireClass(output, target);
    float[] weights = ClassWeights.of(classWeights, classes);
    return output.size() == 1
        ? new BinaryFocal(gamma, weights)
        : new SoftmaxFocal(gamma, weights, new float[classes]);
  }
}

/** The executable twin of {@link Focal} with one logit. */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record BinaryFocal(float gamma, float[] classWeights) implements RowLoss {
  @Override
  public int outputWidth() {
    return 1;
  }

  @Override
  public int targetWidth() {
    return 1;
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
    int label = Targets.classIndex(targets[t], row, 2);
    float logit = label == 1 ? outputs[o] : -outputs[o];
    // -log p and log(1 - p), accurate where p is next to 0 or 1.
    float surprise = FloatMath.softplus(-logit);
    float focus = FloatMath.exp(-gamma * FloatMath.softplus(logit));
    float scale = classWeights[label] * focus;
    if (gradient != null) {
      float p = FloatMath.sigmoid(logit);
      float slope = -scale * (gamma * p * surprise + FloatMath.sigmoid(-logit));
      gradient[g] = weight * (label == 1 ? slope : -slope);
    }
    return (double) scale * surprise;
  }
}

/**
 * The executable twin of {@link Focal} with one logit a class.
 *
 * @param probabilities scratch for where no gradient is wanted
 */
@SuppressWarnings("ArrayRecordComponent") // scratch and read only, never compared
record SoftmaxFocal(float gamma, float[] classWeights, float[] probabilities) implements RowLoss {
  @Override
  public int outputWidth() {
    return classWeights.length;
  }

  @Override
  public int targetWidth() {
    return 1;
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
    int classes = classWeights.length;
    int label = Targets.classIndex(targets[t], row, classes);
    float[] p = gradient == null ? probabilities : gradient;
    int po = gradient == null ? 0 : g;
    float max = SoftmaxKernels.max(classes, outputs, o);
    float logSum = SoftmaxKernels.softmaxFrom(max, classes, 1, outputs, o, p, po);
    double logP = (double) outputs[o + label] - max - logSum;
    // Not 1 - p, which loses its digits where p is next to 1.
    double others = 0;
    for (int k = 0; k < classes; k++) {
      others += k == label ? 0 : p[po + k];
    }
    float focus = gamma == 0 ? 1 : FloatMath.exp(gamma * FloatMath.log((float) others));
    float scale = classWeights[label] * focus;
    if (gradient != null) {
      // log p / (1 - p) tends to -1.
      double ratio = others > 0 ? logP / others : -1;
      float slope = (float) (weight * scale * (gamma * p[po + label] * ratio - 1));
      for (int k = 0; k < classes; k++) {
        gradient[g + k] = k == label ? slope * (float) others : -slope * gradient[g + k];
      }
    }
    return -scale * logP;
  }
}
