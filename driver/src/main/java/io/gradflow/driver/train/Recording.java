package io.gradflow.driver.train;

import io.gradflow.driver.health.HealthReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All that a training reports, to be reported again; up to a number of reports. */
public final class Recording implements TrainingListener {
  private final int most;
  private final List<Consumer<TrainingListener>> reports = new ArrayList<>();
  private boolean whole = true;

  /**
   * @param most reports that are held; a recording of more is not whole, and empty
   */
  public Recording(int most) {
    this.most = most;
  }

  /** Whether nothing is missing. */
  public boolean isWhole() {
    return whole;
  }

  /** Reports all of it to a listener, in the order in which it was reported. */
  void replay(TrainingListener listener) {
    if (!whole) {
      throw new IllegalStateException("a recording that is not whole");
    }
    reports.forEach(report -> report.accept(listener));
  }

  private void add(Consumer<TrainingListener> report) {
    whole &= reports.size() < most;
    if (whole) {
      reports.add(report);
    } else {
      reports.clear();
    }
  }

  @Override
  public void onStart(TrainingStart start) {
    add(listener -> listener.onStart(start));
  }

  @Override
  public void onStep(StepReport report) {
    add(listener -> listener.onStep(report));
  }

  @Override
  public void onEpoch(EpochReport report) {
    add(listener -> listener.onEpoch(report));
  }

  @Override
  public void onHealth(HealthReport report) {
    add(listener -> listener.onHealth(report));
  }

  @Override
  public void onNotice(TrainingNotice notice) {
    add(listener -> listener.onNotice(notice));
  }

  @Override
  public void onEnd(TrainResult result) {
    add(listener -> listener.onEnd(result));
  }
}
