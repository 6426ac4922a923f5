package io.gradflow.bench;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.driver.optim.Adam;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.ConstantSchedule;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.Regularization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Adam on ten million parameters against a memory copy of the bytes it must touch: four arrays read
 * and three written, 28 bytes a parameter, are a copy of 3.5 floats a parameter. One thread each.
 *
 * <p>Arguments: {@code clip} (by global norm, a pass more), {@code threads=N} for Adam, {@code
 * rounds=N}.
 */
public final class OptimizerBench {
  private static final int ROWS = 1000;
  private static final int COLUMNS = 2500;
  private static final int LAYERS = 4;

  private OptimizerBench() {}

  public static void main(String[] args) {
    Arguments arguments = new Arguments(args, "threads", "rounds");
    int threads = arguments.number("threads", 1);
    boolean clip = arguments.take("clip");
    arguments.expectAtMost(0);
    ParamLayout layout = layout();
    ExecutorService helpers = Executors.newFixedThreadPool(threads);
    try {
      new Contest(2, 0.5, arguments.number("rounds", 12))
          .run(
              "Adam, " + layout.size() + " parameters, threads " + threads,
              new Copy(layout.size() / 2 * 7),
              new AdamStep(layout, clip, threads, helpers));
    } finally {
      helpers.shutdown();
    }
  }

  private static ParamLayout layout() {
    List<ParamSlice> slices = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < LAYERS; i++) {
      slices.add(new ParamSlice("dense_" + i + "/kernel", Shape.of(ROWS, COLUMNS), offset, true));
      offset += ROWS * COLUMNS;
      slices.add(new ParamSlice("dense_" + i + "/bias", Shape.of(COLUMNS), offset, true));
      offset += COLUMNS;
    }
    return new ParamLayout(slices);
  }

  private static final class Copy implements Contestant {
    private final float[] from;
    private final float[] to;

    Copy(int floats) {
      this.from = new float[floats];
      this.to = new float[floats];
    }

    @Override
    public String name() {
      return "copy of the bytes touched";
    }

    @Override
    public void step() {
      System.arraycopy(from, 0, to, 0, from.length);
    }
  }

  private static final class AdamStep implements Contestant {
    private final Optimizer optimizer;
    private final BlockTeam team;
    private final String name;
    private final float[] weights;
    private final float[] gradient;
    private long step;

    AdamStep(ParamLayout layout, boolean clip, int threads, ExecutorService helpers) {
      this.name = clip ? "Adam, clipped by global norm" : "Adam";
      this.team = new BlockTeam(threads, helpers);
      this.weights = new float[layout.size()];
      this.gradient = new float[layout.size()];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = (i % 77 - 38) / 38f;
      }
      this.optimizer =
          Optimizer.create(
              new Adam(0.001, 0.9, 0.999, 1e-8),
              new ConstantSchedule(0),
              clip
                  ? new ClipSpec(Optional.empty(), Optional.of(1.0), Optional.empty())
                  : ClipSpec.NONE,
              Regularization.NONE,
              layout,
              Long.MAX_VALUE);
    }

    @Override
    public String name() {
      return name;
    }

    /** The gradient is not made anew: a step leaves Adam's direction there, a number near 1. */
    @Override
    public void step() {
      optimizer.apply(weights, gradient, 1, step++, team);
    }

    @Override
    public String evidence() {
      return "gradient norm " + optimizer.gradientNorm();
    }
  }
}
