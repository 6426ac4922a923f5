package io.gradflow.driver.search;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.driver.train.WatchedMetric;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A search, as its file says it.
 *
 * @param job path of the job file, from the folder of this one
 * @param parameters by the key of the job, as {@code --set} has it
 * @param metric what decides, the best value of a trial's epochs
 */
@Doc("A search for good values of a job's keys.")
public record Tune(
    @Doc("The job file, counted from this file's folder.") String job,
    @Doc("What is tried, by key of the job as --set has it, e.g. optimizer.adam.learningRate.")
        Map<String, ParameterSpec> parameters,
    @Doc("How the next values are chosen.") @Default("tpe") SearchSpec search,
    @Doc("How trials that do badly are given up; none are if left out.")
        Optional<RungSpec> stopping,
    @Doc("The metric that decides.") @Default("validation.loss") String metric,
    @Doc("Trials at once, at most, which share the application's cores; changes no result.")
        @Default("1")
        int parallel,
    @Doc("Where random choices come from.") @Default("0") long seed,
    @Doc("No trial begins after this time.") Optional<Duration> maxTime) {
  public Tune {
    parameters = new TreeMap<>(parameters);
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("parameters: none; expected at least one key of the job");
    }
    Counts.atLeast("parallel", parallel, 1);
    WatchedMetric.requireName(metric);
    if (search instanceof PopulationSearch && stopping.isPresent()) {
      throw new IllegalArgumentException("stopping is not for populations, which end no trial");
    }
  }

  /** What is searched. */
  public Space space() {
    return new Space(new TreeMap<>(parameters));
  }
}
