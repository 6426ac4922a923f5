package io.gradflow.driver.train;

import io.gradflow.driver.health.Finding;
import io.gradflow.driver.health.HealthReport;
import io.gradflow.driver.train.TrainingNotice.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All who listen to a run, in their order. */
final class Audience {
  private final List<TrainingListener> listeners;

  /** What has been found wrong, and said, so far. */
  private final Set<String> said = new HashSet<>();

  Audience(List<TrainingListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  void start(TrainingStart start) {
    listeners.forEach(listener -> listener.onStart(start));
  }

  void step(StepReport report) {
    for (TrainingListener listener : listeners) {
      listener.onStep(report);
    }
  }

  void epoch(EpochReport report) {
    listeners.forEach(listener -> listener.onEpoch(report));
  }

  void end(TrainResult result) {
    listeners.forEach(listener -> listener.onEnd(result));
  }

  void notice(long step, Kind kind, String text) {
    TrainingNotice notice = new TrainingNotice(step, kind, text);
    listeners.forEach(listener -> listener.onNotice(notice));
  }

  void replay(Recording recording) {
    listeners.forEach(recording::replay);
  }

  /** Hands on a report; each thing that is wrong is noticed once. */
  void health(HealthReport report) {
    listeners.forEach(listener -> listener.onHealth(report));
    for (Finding finding : report.findings()) {
      if (said.add(finding.where() + " " + finding.fault())) {
        notice(report.step(), Kind.HEALTH, finding.sentence());
      }
    }
  }
}
