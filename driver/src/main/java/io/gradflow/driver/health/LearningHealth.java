package io.gradflow.driver.health;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at every n-th step of a run: {@link #before} and {@link #after} the optimizer. Changes
 * nothing; between looks it costs one comparison a step.
 */
public final class LearningHealth {
  private static final int LOOKS = 4;
  private static final double LEARNED = 0.8;
  private static final double HARDLY = 1e-5;

  /** A layer's trainable floats, neighbours in the flat vector. */
  private record Part(String layer, int from, int to) {}

  private final ParamLayout layout;
  private final int everySteps;
  private final Optional<ActivationProbe> probe;
  private final List<Part> parts;
  private final double[] gradientNorms;
  private double firstLoss = Double.NaN;
  private int stillLooks;
  private float[] weightsBefore;

  /**
   * @param probe of sampled rows; without it nothing is said of activations
   */
  public LearningHealth(ParamLayout layout, int everySteps, Optional<ActivationProbe> probe) {
    this.layout = layout;
    this.everySteps = everySteps;
    this.probe = probe;
    this.parts = parts(layout);
    this.gradientNorms = new double[parts.size()];
  }

  private static List<Part> parts(ParamLayout layout) {
    List<Part> parts = new ArrayList<>();
    for (ParamSlice slice : layout.slices()) {
      if (!slice.trainable()) {
        continue;
      }
      String layer = slice.name().substring(0, Math.max(0, slice.name().lastIndexOf('/')));
      int last = parts.size() - 1;
      if (last >= 0 && parts.get(last).layer().equals(layer)) {
        parts.set(last, new Part(layer, parts.get(last).from(), slice.end()));
      } else {
        parts.add(new Part(layer, slice.offset(), slice.end()));
      }
    }
    return parts;
  }

  /**
   * Whether a step is looked at.
   *
   * @param step steps taken before it
   */
  public boolean isDue(long step) {
    return step % everySteps == 0;
  }

  /** Whether the network is fit to learn from these weights, before the first step. */
  public HealthReport start(float[] weights) {
    List<LayerActivity> activities = activities(weights);
    List<Finding> findings = new ArrayList<>();
    probe.ifPresent(each -> findings.addAll(each.inputs()));
    findings.addAll(Diagnosis.ofWeights(layout, weights));
    findings.addAll(Diagnosis.ofDepth(activities));
    findings.addAll(Diagnosis.ofActivities(activities));
    return new HealthReport(0, List.of(), activities, Double.NaN, findings);
  }

  private List<LayerActivity> activities(float[] weights) {
    return probe.map(each -> each.measure(weights)).orElse(List.of());
  }

  /**
   * Takes note of a step that is due.
   *
   * @param gradientSum read only
   * @param weightSum what the gradient will be divided by
   */
  public void before(float[] weights, float[] gradientSum, double weightSum) {
    if (weightsBefore == null) {
      weightsBefore = new float[layout.trainableSize()];
    }
    System.arraycopy(weights, 0, weightsBefore, 0, weightsBefore.length);
    for (int p = 0; p < gradientNorms.length; p++) {
      Part part = parts.get(p);
      double squares = 0;
      for (int i = part.from(); i < part.to(); i++) {
        squares += (double) gradientSum[i] * gradientSum[i];
      }
      gradientNorms[p] = Math.sqrt(squares) / weightSum;
    }
  }

  /**
   * Figures and findings of the step that {@link #before} saw.
   *
   * @param step steps taken, this one included
   * @param weights after it
   * @param meanLoss of it
   */
  public HealthReport after(long step, float[] weights, double meanLoss) {
    List<LayerHealth> layers = new ArrayList<>();
    for (int p = 0; p < gradientNorms.length; p++) {
      layers.add(layer(parts.get(p), gradientNorms[p], weights));
    }
    List<LayerActivity> activities = activities(weights);
    List<Finding> findings = new ArrayList<>(Diagnosis.ofLayers(layers));
    findings.addAll(Diagnosis.ofActivities(activities));
    standstill(layers, meanLoss).ifPresent(findings::add);
    int last = layers.size() - 1;
    double firstToLast =
        last < 1 ? Double.NaN : layers.get(0).gradientNorm() / layers.get(last).gradientNorm();
    return new HealthReport(step, layers, activities, firstToLast, findings);
  }

  private LayerHealth layer(Part part, double gradientNorm, float[] weights) {
    double squares = 0;
    double moved = 0;
    for (int i = part.from(); i < part.to(); i++) {
      double step = (double) weights[i] - weightsBefore[i];
      squares += (double) weightsBefore[i] * weightsBefore[i];
      moved += step * step;
    }
    double norm = Math.sqrt(squares);
    return new LayerHealth(
        part.layer(), gradientNorm, norm, norm > 0 ? Math.sqrt(moved) / norm : Double.NaN);
  }

  /**
   * Several looks in a row at which no layer has moved to speak of, in a run that has learned next
   * to nothing; at the end of a schedule no layer moves either.
   */
  private Optional<Finding> standstill(List<LayerHealth> layers, double meanLoss) {
    firstLoss = Double.isNaN(firstLoss) ? meanLoss : firstLoss;
    double most = 0;
    for (LayerHealth layer : layers) {
      most = Math.max(most, Double.isNaN(layer.updateRatio()) ? 0 : layer.updateRatio());
    }
    stillLooks = most < HARDLY && meanLoss > LEARNED * firstLoss ? stillLooks + 1 : 0;
    return stillLooks >= LOOKS
        ? Optional.of(
            Finding.of(
                "loss",
                Fault.STANDSTILL,
                "%.4g, from %.4g, and no layer moves by more than %.1e a step: a plateau or saddle",
                meanLoss,
                firstLoss,
                most))
        : Optional.empty();
  }
}
