package io.gradflow.driver.search;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * The scores that trials have had at each rung. A trial at a rung is compared with the trials
 * numbered before it, in its bracket, that have come as far; it waits until each of them has come
 * there or has ended. So what is given up depends on neither timing nor the trials at once: it is
 * what trial after trial would give. Safe for several threads.
 */
public final class Rungs {
  private final RungSpec spec;

  /** By trial, then by epoch. */
  private final Map<Integer, Map<Integer, Double>> scores = new TreeMap<>();

  private final Set<Integer> ended = new HashSet<>();

  public Rungs(RungSpec spec) {
    this.spec = spec;
  }

  /**
   * Whether a trial goes on after an epoch; waits for the trials before it, all of which must have
   * begun, or be said to have ended.
   *
   * @param trial its number, from 1, which says its bracket
   * @param epoch from 1
   * @param score the smaller the better
   * @throws CancellationException if the thread is interrupted
   */
  public synchronized boolean goesOn(int trial, int epoch, double score) {
    if (!isRung(trial, epoch)) {
      return true;
    }
    put(trial, epoch, score);
    while (!isNext(trial, epoch)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        CancellationException cancelled =
            new CancellationException("trial " + trial + " interrupted at a rung");
        cancelled.initCause(e);
        throw cancelled;
      }
    }
    int here = 0;
    int better = 0;
    for (int other = 1; other <= trial; other++) {
      Double its = bracket(other) == bracket(trial) ? score(other, epoch) : null;
      here += its == null ? 0 : 1;
      better += its != null && its < score ? 1 : 0;
    }
    return !Double.isNaN(score) && better < Math.max(1, here / spec.factor());
  }

  /** Says that a trial comes to no further rung, or was never begun. */
  public synchronized void end(int trial) {
    ended.add(trial);
    notifyAll();
  }

  /**
   * Takes in an earlier process's trial.
   *
   * @param score after an epoch
   */
  public synchronized void put(int trial, int epoch, double score) {
    if (isRung(trial, epoch)) {
      scores.computeIfAbsent(trial, key -> new TreeMap<>()).put(epoch, score);
      notifyAll();
    }
  }

  private boolean isNext(int trial, int epoch) {
    for (int other = 1; other < trial; other++) {
      if (bracket(other) == bracket(trial)
          && !ended.contains(other)
          && score(other, epoch) == null) {
        return false;
      }
    }
    return true;
  }

  private Double score(int trial, int epoch) {
    return scores.getOrDefault(trial, Map.of()).get(epoch);
  }

  private int bracket(int trial) {
    return trial % spec.brackets();
  }

  private boolean isRung(int trial, int epoch) {
    long rung = spec.minEpochs();
    for (int i = 0; i < bracket(trial); i++) {
      rung *= spec.factor();
    }
    while (rung < epoch) {
      rung *= spec.factor();
    }
    return rung == epoch;
  }
}
