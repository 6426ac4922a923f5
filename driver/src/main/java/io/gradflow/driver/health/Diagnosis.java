package io.gradflow.driver.health;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns figures into findings. Each bound is far outside of what networks that learn show, so that
 * a finding means something; what is merely unusual goes unsaid.
 */
final class Diagnosis {
  private static final double VANISHING = 1e-4;
  private static final double EXPLODING = 1e4;
  private static final double EXPLODING_NORM = 1e4;
  private static final double LARGE_UPDATE = 0.3;
  private static final double MOST = 0.5;
  private static final double SHRINKING = 1e-2;
  private static final double GROWING = 1e2;

  private Diagnosis() {}

  /** Of gradients and updates by layer. */
  static List<Finding> ofLayers(List<LayerHealth> layers) {
    List<Finding> findings = new ArrayList<>();
    if (layers.isEmpty()) {
      return findings;
    }
    LayerHealth last = layers.get(layers.size() - 1);
    LayerHealth least = last;
    for (LayerHealth layer : layers) {
      least = layer.gradientNorm() < least.gradientNorm() ? layer : least;
    }
    if (least.gradientNorm() < VANISHING * last.gradientNorm()) {
      findings.add(
          Finding.of(
              least.layer(),
              Fault.VANISHING_GRADIENTS,
              "gradients %.1e of the last layer's: vanishing",
              least.gradientNorm() / last.gradientNorm()));
    }
    LayerHealth most = last;
    for (LayerHealth layer : layers) {
      most = layer.gradientNorm() > most.gradientNorm() ? layer : most;
    }
    boolean grows = most.gradientNorm() > EXPLODING * last.gradientNorm();
    if (last.gradientNorm() > 0 && (grows || most.gradientNorm() > EXPLODING_NORM)) {
      findings.add(
          Finding.of(
              most.layer(),
              Fault.EXPLODING_GRADIENTS,
              "gradient norm %.1e, %.1e of the last layer's: exploding",
              most.gradientNorm(),
              most.gradientNorm() / last.gradientNorm()));
    }
    for (LayerHealth layer : layers) {
      if (layer.updateRatio() > LARGE_UPDATE) {
        findings.add(
            Finding.of(
                layer.layer(),
                Fault.LARGE_UPDATES,
                "a step changes the weights by %.0f%%",
                100 * layer.updateRatio()));
        break;
      }
    }
    return findings;
  }

  /** Of what layers put out. */
  static List<Finding> ofActivities(List<LayerActivity> activities) {
    List<Finding> findings = new ArrayList<>();
    for (LayerActivity activity : activities) {
      if (activity.deadShare() > MOST) {
        findings.add(
            Finding.of(
                activity.layer(),
                Fault.DEAD_UNITS,
                "%.0f%% of its units are 0 for every sampled row: dead",
                100 * activity.deadShare()));
      }
      if (activity.saturatedShare() > MOST) {
        findings.add(
            Finding.of(
                activity.layer(),
                Fault.SATURATED_UNITS,
                "%.0f%% of its values are at the flat ends of its function: saturated",
                100 * activity.saturatedShare()));
      }
    }
    return findings;
  }

  /** Of the spread of activations through depth, before the first step. */
  static List<Finding> ofDepth(List<LayerActivity> activities) {
    if (activities.size() < 2) {
      return List.of();
    }
    LayerActivity first = activities.get(0);
    for (LayerActivity activity : activities) {
      double ratio = activity.deviation() / first.deviation();
      if (ratio < SHRINKING) {
        return List.of(depth(Fault.SHRINKING_ACTIVATIONS, first, activity));
      }
      if (ratio > GROWING) {
        return List.of(depth(Fault.GROWING_ACTIVATIONS, first, activity));
      }
    }
    return List.of();
  }

  private static Finding depth(Fault fault, LayerActivity first, LayerActivity there) {
    return Finding.of(
        there.layer(),
        fault,
        "activations spread by %.1e at the start, %.1e in %s: they %s through depth",
        there.deviation(),
        first.deviation(),
        first.layer(),
        fault == Fault.SHRINKING_ACTIVATIONS ? "shrink" : "grow");
  }

  /** Of kernels whose columns are all the same: their units would stay the same for ever. */
  static List<Finding> ofWeights(ParamLayout layout, float[] weights) {
    List<Finding> findings = new ArrayList<>();
    for (ParamSlice slice : layout.slices()) {
      if (slice.trainable()
          && slice.name().endsWith("/kernel")
          && slice.shape().rank() >= 2
          && slice.shape().dim(-1) > 1
          && columnsAreEqual(slice, weights)) {
        String layer = slice.name().substring(0, slice.name().lastIndexOf('/'));
        findings.add(
            Finding.of(layer, Fault.EQUAL_UNITS, "all its units start the same and stay so"));
      }
    }
    return findings;
  }

  private static boolean columnsAreEqual(ParamSlice slice, float[] weights) {
    int width = slice.shape().dim(-1);
    for (int i = slice.offset(); i < slice.end(); i++) {
      if (weights[i] != weights[slice.offset() + (i - slice.offset()) / width * width]) {
        return false;
      }
    }
    return true;
  }
}
