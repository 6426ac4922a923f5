package io.gradflow.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs contestants in alternating blocks and compares their medians. The ratio is taken within each
 * round and its median over the rounds is printed, so that drift of the machine cancels.
 */
final class Contest {
  private static final int LEAST_STEPS_A_BLOCK = 5;

  private final double warmUpSeconds;
  private final double blockSeconds;
  private final int rounds;

  /**
   * @param warmUpSeconds for each contestant, before anything counts
   * @param blockSeconds for each contestant in each round
   */
  Contest(double warmUpSeconds, double blockSeconds, int rounds) {
    this.warmUpSeconds = warmUpSeconds;
    this.blockSeconds = blockSeconds;
    this.rounds = rounds;
  }

  /** Prints each contestant's median and the ratio of the last one's time to each other's. */
  void run(String title, Contestant... contestants) {
    int n = contestants.length;
    List<List<double[]>> millis = new ArrayList<>();
    for (Contestant contestant : contestants) {
      block(contestant, warmUpSeconds);
      millis.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < n; i++) {
        int turn = (i + round) % n;
        millis.get(turn).add(block(contestants[turn], blockSeconds));
      }
    }
    System.out.printf("%n%s%n", title);
    for (int i = 0; i < n; i++) {
      double[] all = millis.get(i).stream().flatMapToDouble(Arrays::stream).sorted().toArray();
      System.out.printf(
          "  %-44s median %9.4f ms   p10 %9.4f   p90 %9.4f   %6d steps   %s%n",
          contestants[i].name(),
          quantile(all, 0.5),
          quantile(all, 0.1),
          quantile(all, 0.9),
          all.length,
          contestants[i].evidence());
    }
    for (int i = 0; i < n - 1; i++) {
      double[] ratios = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        ratios[round] =
            quantile(sorted(millis.get(n - 1).get(round)), 0.5)
                / quantile(sorted(millis.get(i).get(round)), 0.5);
      }
      Arrays.sort(ratios);
      System.out.printf(
          "  %s / %s: ratio %.3f (rounds %.3f to %.3f)%n",
          contestants[n - 1].name(),
          contestants[i].name(),
          quantile(ratios, 0.5),
          ratios[0],
          ratios[rounds - 1]);
    }
  }

  private static double[] block(Contestant contestant, double seconds) {
    double[] millis = new double[1024];
    int count = 0;
    contestant.begin();
    long start = System.nanoTime();
    long now = start;
    while (count < LEAST_STEPS_A_BLOCK || now - start < seconds * 1e9) {
      long before = System.nanoTime();
      contestant.step();
      now = System.nanoTime();
      if (count == millis.length) {
        millis = Arrays.copyOf(millis, 2 * count);
      }
      millis[count++] = (now - before) * 1e-6;
    }
    contestant.end();
    return Arrays.copyOf(millis, count);
  }

  private static double[] sorted(double[] values) {
    double[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  private static double quantile(double[] sorted, double q) {
    return sorted[(int) Math.min(sorted.length - 1, q * sorted.length)];
  }
}
