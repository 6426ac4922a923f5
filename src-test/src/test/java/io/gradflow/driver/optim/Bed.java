package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What optimizer tests share: layouts and short ways to optimizers. */
final class Bed {
  static final ScheduleSpec CONSTANT = new ConstantSchedule(0);

  private Bed() {}

  /** Trainable vectors of these sizes, named p0, p1 ... */
  static ParamLayout layout(int... sizes) {
    List<ParamSlice> slices = new ArrayList<>();
    int offset = 0;
    for (int size : sizes) {
      slices.add(new ParamSlice("p" + slices.size(), Shape.of(size), offset, true));
      offset += size;
    }
    return new ParamLayout(slices);
  }

  /** Every optimizer, with rates that suit the problems of these tests. */
  static Stream<OptimizerSpec> all() {
    List<String> none = List.of();
    return Stream.of(
        new Sgd(0.02),
        new Momentum(0.02, 0.9, 0.1),
        new Nesterov(0.02, 0.9),
        new Adam(0.05, 0.9, 0.999, 1e-8),
        new AdamW(0.05, 0.9, 0.999, 1e-8, 0.01, none),
        new Adagrad(0.5, 0, 1e-10),
        new RmsProp(0.05, 0.9, 1e-8, 0, false),
        new RmsProp(0.02, 0.99, 1e-3, 0.5, true),
        new Adadelta(10, 0.9, 1e-4),
        new Adamax(0.1, 0.9, 0.999, 1e-8),
        new Nadam(0.05, 0.9, 0.999, 1e-8, 0.004),
        new AmsGrad(0.05, 0.9, 0.999, 1e-8),
        new Radam(0.2, 0.9, 0.999, 1e-8),
        new Lion(0.02, 0.9, 0.99, 0.001, none),
        new Rprop(0.01, 0.5, 1.2, 1e-6, 50),
        new Lamb(0.05, 0.9, 0.999, 1e-6, 0, none),
        new Lars(0.1, 0.9, 0, 0.1, none),
        new Adafactor(0.05, 0.8, 1, true, true, 1e-30, 0.1),
        new Muon(0.02, 0.9, 5, 0.05, 0.9, 0.999, 1e-8, 0, none),
        new Lbfgs(1, 5, 0.9),
        new Lookahead(new Adam(0.1, 0.9, 0.999, 1e-8), 5, 0.5),
        new SharpnessAware(new Momentum(0.02, 0.9, 0), 0.01, true),
        new SharpnessAware(new Adam(0.05, 0.9, 0.999, 1e-8), 0.01, false));
  }

  static Optimizer optimizer(OptimizerSpec spec, ParamLayout layout) {
    return Optimizer.create(spec, CONSTANT, ClipSpec.NONE, Regularization.NONE, layout, 100);
  }

  /** Trainable matrices of these rows and columns, named m0, m1 ... */
  static ParamLayout matrices(int... dims) {
    List<ParamSlice> slices = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < dims.length; i += 2) {
      slices.add(new ParamSlice("m" + slices.size(), Shape.of(dims[i], dims[i + 1]), offset, true));
      offset += dims[i] * dims[i + 1];
    }
    return new ParamLayout(slices);
  }

  /** A bare chain of transforms with learning rate 1. */
  static Optimizer chain(ParamLayout layout, GradientTransform... transforms) {
    return optimizer(new Bare(List.of(transforms), List.of()), layout);
  }

  /** Plain descent by learning rate 1, then a transform. */
  static Optimizer chainThen(ParamLayout layout, GradientTransform after) {
    return optimizer(new Bare(List.of(), List.of(after)), layout);
  }

  /** Steps from zero weights by mean gradients g0 and g1; returns the two updates. */
  static float[][] twoUpdates(Optimizer optimizer, float[] g0, float[] g1) {
    float[] weights = new float[g0.length];
    optimizer.apply(weights, g0.clone(), 1, 0);
    float[] first = negated(weights, new float[g0.length]);
    float[] before = weights.clone();
    optimizer.apply(weights, g1.clone(), 1, 1);
    return new float[][] {first, negated(weights, before)};
  }

  static float[] negated(float[] after, float[] before) {
    float[] update = new float[after.length];
    for (int i = 0; i < update.length; i++) {
      update[i] = before[i] - after[i];
    }
    return update;
  }

  static ClipSpec clip(double value, double globalNorm) {
    return new ClipSpec(
        value > 0 ? Optional.of(value) : Optional.empty(),
        globalNorm > 0 ? Optional.of(globalNorm) : Optional.empty(),
        Optional.empty());
  }

  static Regularization penalty(double l1, double l2) {
    return Regularization.of(l1, l2, List.of(), false);
  }

  record Bare(List<GradientTransform> transforms, List<GradientTransform> afterDescent)
      implements OptimizerSpec {
    @Override
    public double learningRate() {
      return 1;
    }
  }
}
