package io.gradflow.driver.train;

import io.gradflow.common.metric.MetricSet;
import io.gradflow.driver.optim.PlateauSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lowers the learning rate when a metric stops improving; the rule is PyTorch's {@code
 * ReduceLROnPlateau} with an absolute threshold: an epoch that is not better by more than minDelta
 * counts, epochs in the cool-down do not, and one more than patience of them in a row multiplies
 * the rate.
 */
final class Plateau {
  private final Optional<PlateauSchedule> spec;
  private final Optional<WatchedMetric> metric;
  private PlateauState state = PlateauState.START;

  Plateau(Optional<PlateauSchedule> spec, MetricSet metrics, boolean validation) {
    this.spec = spec;
    this.metric = spec.map(each -> new WatchedMetric(each.metric()));
    metric.ifPresent(each -> each.require("reduceOnPlateau", metrics, validation));
  }

  /**
   * Takes note of an epoch; true if the rate has just been lowered.
   *
   * @param epoch from 1
   */
  boolean epoch(int epoch, Evaluation train, Optional<Evaluation> validation) {
    if (spec.isEmpty()) {
      return false;
    }
    PlateauSchedule rule = spec.get();
    double value = metric.orElseThrow().of(train, validation);
    boolean better =
        Double.isNaN(state.best())
            ? !Double.isNaN(value)
            : metric.orElseThrow().gain(value, state.best()) > rule.minDelta();
    double best = better ? value : state.best();
    int waited = better ? 0 : state.waited() + 1;
    int cooling = state.cooling();
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    boolean lower = waited > rule.patience();
    if (lower) {
      List<Integer> lowered = new ArrayList<>(state.loweredAfter());
      lowered.add(epoch);
      double factor = state.factor() * rule.factor();
      state = new PlateauState(best, 0, rule.cooldown(), factor, lowered);
    } else {
      state = new PlateauState(best, waited, cooling, state.factor(), state.loweredAfter());
    }
    return lower;
  }

  /** How often and when the rate was lowered, if that is the schedule. */
  Optional<PlateauState> outcome() {
    return spec.map(rule -> state);
  }

  PlateauState state() {
    return state;
  }

  void restore(PlateauState saved) {
    state = saved;
  }
}
