package io.gradflow.bench;

import io.gradflow.driver.step.StepSettings;
import java.util.Arrays;
import java.util.Locale;

/**
 * A step of next to no computing between two executor processes, by the number of parameters and by
 * the way arrays travel: within messages, through Spark's block transfer, through mapped files.
 * Says from which size on arrays should not ride in messages ({@code StepSettings}). The last
 * column is the way that a run takes by itself.
 *
 * <p>Argument: the rounds, 3 unless given.
 */
public final class ChannelBench {
  private static final int[] UNITS = {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 256_000};
  private static final int STEPS = 200;

  private ChannelBench() {}

  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    try (SparkRig rig = new SparkRig("local-cluster[2,1,1024]", Workload.EMPTY)) {
      System.out.printf(
          "%nmedians, ms a step:%n%12s %10s %10s %10s %10s%n",
          "parameters", "message", "block", "file", "as set");
      for (int units : UNITS) {
        Workload wide = Workload.wide(units);
        double[] message = new double[rounds];
        double[] block = new double[rounds];
        double[] file = new double[rounds];
        double[] asSet = new double[rounds];
        for (int round = 0; round < rounds; round++) {
          message[round] = median(rig, wide, Integer.MAX_VALUE, false);
          block[round] = median(rig, wide, 0, false);
          file[round] = median(rig, wide, 0, true);
          asSet[round] = median(rig, wide, rig.settings().maxInlineFloats(), true);
        }
        System.out.printf(
            Locale.ROOT,
            "%,12d %10.3f %10.3f %10.3f %10.3f%n",
            wide.parameters(),
            middle(message),
            middle(block),
            middle(file),
            middle(asSet));
      }
    }
  }

  private static double median(SparkRig rig, Workload wide, int maxInlineFloats, boolean files) {
    StepSettings by = rig.settings();
    StepSettings settings =
        new StepSettings(
            by.leaseMillis(),
            by.joinMillis(),
            by.stepTimeoutMillis(),
            by.pollMillis(),
            maxInlineFloats,
            files);
    var run = rig.run(wide);
    try (GradflowStep steps =
        new GradflowStep(wide.name(), run, rig.residentSteps(run, settings), 2)) {
      for (int i = 0; i < STEPS; i++) {
        steps.step();
      }
      double[] millis = new double[STEPS];
      for (int i = 0; i < STEPS; i++) {
        long start = System.nanoTime();
        steps.step();
        millis[i] = (System.nanoTime() - start) * 1e-6;
      }
      return middle(millis);
    }
  }

  private static double middle(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
