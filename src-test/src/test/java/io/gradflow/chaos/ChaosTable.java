package io.gradflow.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was done to runs, when, and what came of it; Markdown. */
final class ChaosTable {
  private final List<String> rows = new ArrayList<>();

  /**
   * @param where the cluster
   * @param steps how steps reach the executors
   * @param what was done
   * @param when it was done
   * @param outcome what came of it
   */
  void add(String where, String steps, String what, String when, String outcome, double seconds) {
    String row =
        String.format(
            Locale.ROOT,
            "| %d | %s | %s | %s | %s | %s | %.0f s |",
            rows.size() + 1,
            where,
            steps,
            what,
            when,
            outcome,
            seconds);
    rows.add(row);
    System.out.println(row);
  }

  /** The whole, after its rows have been printed one by one. */
  void print() {
    System.out.println();
    System.out.println("| Run | Cluster | Steps | Done to it | When | What came out | Took |");
    System.out.println("|---|---|---|---|---|---|---|");
    rows.forEach(System.out::println);
  }
}
