package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.driver.optim.GradientTransform.Measured;
import io.gradflow.driver.optim.GradientTransform.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Transforms in a row, cut into stages. A stage runs slice by slice, each slice through all its
 * updates while it is in the cache; a stage ends where the next update must first have measured
 * every slice.
 *
 * <p>The first stage begins by dividing the gradient sum by the weight sum (a product with the
 * float nearest 1 / weightSum) and takes the mean gradient's norm. The descent w = w - learningRate
 * u is an update like the others; those behind it see the new weights and may change them.
 */
final class Chain {
  private final Slices slices;
  private final Update[] updates;
  private final Update[][] stages;

  /** What begins a stage, or null for the first. */
  private final Measured[] openers;

  private final double[][] sums;

  /** Where each slice's sums begin, by stage. */
  private final int[][] sumOffsets;

  private final double[] squares;
  private final StepContext context = new StepContext();

  private float[] weights;
  private float[] gradient;
  private float meanFactor;
  private float descent;
  private double gradientNorm = Double.NaN;

  /**
   * @param before what turns the mean gradient into the direction u
   * @param after what acts on the weights that the descent has left
   */
  Chain(
      List<GradientTransform> before,
      List<GradientTransform> after,
      ParamLayout layout,
      OptimizerState state) {
    this.slices = new Slices(layout);
    Update descend = (slice, u, w) -> Loops.addScaled(slice.from(), slice.to(), descent, u, w);
    this.updates =
        Stream.of(
                before.stream().map(transform -> transform.init(layout, state)),
                Stream.of(descend),
                after.stream().map(transform -> transform.init(layout, state)))
            .flatMap(each -> each)
            .toArray(Update[]::new);
    List<List<Update>> cut = new ArrayList<>();
    List<Measured> first = new ArrayList<>();
    cut.add(new ArrayList<>());
    first.add(null);
    for (Update update : updates) {
      if (update instanceof Measured measured) {
        cut.add(new ArrayList<>());
        first.add(measured);
      }
      cut.get(cut.size() - 1).add(update);
    }
    this.stages = cut.stream().map(stage -> stage.toArray(Update[]::new)).toArray(Update[][]::new);
    this.openers = first.toArray(Measured[]::new);
    this.sums = new double[stages.length][];
    this.sumOffsets = new int[stages.length][slices.count()];
    for (int s = 1; s < stages.length; s++) {
      int count = 0;
      for (int i = 0; i < slices.count(); i++) {
        sumOffsets[s][i] = count;
        count = Math.addExact(count, openers[s].sumCount(slices.get(i)));
      }
      sums[s] = new double[count];
    }
    this.squares = new double[slices.count()];
  }

  int stages() {
    return stages.length;
  }

  int slices() {
    return slices.count();
  }

  /** Readies a step: the arrays that {@link #run} works on, and every update. */
  void begin(
      float[] weights, float[] gradientSum, double weightSum, long step, double learningRate) {
    this.weights = weights;
    this.gradient = gradientSum;
    this.meanFactor = (float) (1 / weightSum);
    this.descent = (float) -learningRate;
    context.set(step, learningRate, weights);
    for (Update update : updates) {
      update.begin(context);
    }
  }

  /** Runs one stage over some slices; threads may share the slices in any way. */
  void run(int stage, int fromSlice, int toSlice) {
    for (int i = fromSlice; i < toSlice; i++) {
      Slice slice = slices.get(i);
      if (stage == 0) {
        Loops.scale(slice.from(), slice.to(), meanFactor, gradient);
        squares[i] = Loops.sumOfSquares(slice.from(), slice.to(), gradient);
      }
      for (Update update : stages[stage]) {
        update.slice(slice, gradient, weights);
      }
      if (stage + 1 < stages.length) {
        Measured next = openers[stage + 1];
        next.measure(slice, gradient, weights, sums[stage + 1], sumOffsets[stage + 1][i]);
      }
    }
  }

  /** Ends a stage that has run over every slice. */
  void end(int stage) {
    if (stage == 0) {
      double sum = 0;
      for (double square : squares) {
        sum += square;
      }
      gradientNorm = Math.sqrt(sum);
    }
    if (stage + 1 < stages.length) {
      openers[stage + 1].combine(slices, sums[stage + 1]);
    } else {
      weights = null;
      gradient = null;
    }
  }

  /** The norm of the last step's mean gradient. */
  double gradientNorm() {
    return gradientNorm;
  }
}
