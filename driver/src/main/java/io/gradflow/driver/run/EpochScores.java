package io.gradflow.driver.run;

import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.WatchedMetric;
import java.util.ArrayList;
import java.util.List;

/** Takes down a metric after every epoch of a trial, and says when the trial is over. */
final class EpochScores implements TrainingListener {
  /** Whether a trial goes on after an epoch, from 1, by its score: the smaller the better. */
  @FunctionalInterface
  interface Judge {
    boolean goesOn(int epoch, double score);
  }

  private final WatchedMetric metric;
  private final Judge judge;
  private final List<Double> values = new ArrayList<>();
  private volatile boolean over;

  EpochScores(WatchedMetric metric, Judge judge) {
    this.metric = metric;
    this.judge = judge;
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    double value = metric.of(epoch.train(), epoch.validation());
    values.add(value);
    over |= !judge.goesOn(epoch.epoch(), metric.smallerIsBetter() ? value : -value);
  }

  List<Double> values() {
    return List.copyOf(values);
  }

  boolean isOver() {
    return over;
  }
}
