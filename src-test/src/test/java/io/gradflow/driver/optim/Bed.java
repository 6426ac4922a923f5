package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  static Optimizer optimizer(OptimizerSpec spec, ParamLayout layout) {
    return Optimizer.create(spec, CONSTANT, ClipSpec.NONE, Regularization.NONE, layout, 100);
  }

  /** A bare chain of transforms with learning rate 1. */
  static Optimizer chain(ParamLayout layout, GradientTransform... transforms) {
    return optimizer(new Bare(List.of(transforms)), layout);
  }

  static ClipSpec clip(double value, double globalNorm) {
    return new ClipSpec(
        value > 0 ? Optional.of(value) : Optional.empty(),
        globalNorm > 0 ? Optional.of(globalNorm) : Optional.empty(),
        Optional.empty());
  }

  static Regularization penalty(double l1, double l2) {
    return new Regularization(l1, l2, List.of(), false);
  }

  record Bare(List<GradientTransform> transforms) implements OptimizerSpec {
    @Override
    public double learningRate() {
      return 1;
    }
  }
}
