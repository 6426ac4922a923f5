package io.gradflow.driver.checkpoint;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.driver.train.PlateauState;
import io.gradflow.driver.train.RunningSums;
import io.gradflow.driver.train.StoppingState;
import io.gradflow.driver.train.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Made-up states of a small network, by their step. */
final class States {
  static final ParamLayout LAYOUT =
      new ParamLayout(
          List.of(
              new ParamSlice("dense_1/kernel", Shape.of(3, 4), 0, true),
              new ParamSlice("dense_1/bias", Shape.of(4), 12, true),
              new ParamSlice("norm/mean", Shape.of(4), 16, false)));

  static final RunIdentity RUN =
      new RunIdentity(new TreeMap<>(java.util.Map.of("seed", "7", "train.batchSize", "64")));

  private States() {}

  /** Every double is odd in some way, so that no rounding goes unseen. */
  static TrainingState at(long step) {
    Random random = new Random(step);
    SortedMap<String, float[]> optimizer = new TreeMap<>();
    optimizer.put("adam/m", floats(random, 16));
    optimizer.put("adam/v", floats(random, 16));
    return new TrainingState(
        step,
        (int) step / 10,
        (int) step % 10,
        1.0 / 3,
        2,
        1,
        1.0 / 7,
        sums(random),
        Optional.of(sums(random)),
        Optional.of(sums(random)),
        new StoppingState(
            random.nextGaussian(),
            3,
            2,
            Optional.of(sums(random)),
            Optional.of(floats(random, 20))),
        new PlateauState(random.nextGaussian(), 4, 1, 1.0 / 7, List.of(2, 5)),
        floats(random, 20),
        optimizer);
  }

  private static RunningSums sums(Random random) {
    return new RunningSums(
        random.nextInt(1 << 20),
        random.nextDouble() * 1e9,
        Double.NaN,
        new double[] {random.nextGaussian() * 1e-300, Double.NEGATIVE_INFINITY, -0.0, 0.1});
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
      values[i] = Float.isNaN(values[i]) ? -0f : values[i];
    }
    return values;
  }

  /** All of a state as text, bit for bit. */
  static String bits(TrainingState state) {
    StringBuilder text = new StringBuilder();
    text.append(state.step()).append(' ').append(state.epoch()).append(' ');
    text.append(state.stepInEpoch()).append(' ').append(state.learningRateFactor()).append(' ');
    text.append(state.rollbacks()).append(' ').append(state.skipsInARow()).append('\n');
    append(text, Optional.of(state.epochSums()));
    append(text, state.lastTrain());
    append(text, state.lastValidation());
    StoppingState stopping = state.stopping();
    text.append(stopping.best()).append(' ').append(stopping.bestEpoch()).append(' ');
    text.append(stopping.waited()).append('\n');
    append(text, stopping.bestValidation());
    text.append(state.plateau()).append('\n');
    text.append(stopping.bestWeights().map(Arrays::toString)).append('\n');
    text.append(Arrays.toString(state.weights())).append('\n');
    state
        .optimizer()
        .forEach((name, array) -> text.append(name).append(Arrays.toString(array)).append('\n'));
    return text.toString();
  }

  private static void append(StringBuilder text, Optional<RunningSums> sums) {
    text.append(
            sums.map(
                each ->
                    each.rows()
                        + " "
                        + each.weightSum()
                        + " "
                        + each.lossSum()
                        + " "
                        + Arrays.toString(each.metricSums())))
        .append('\n');
  }
}
