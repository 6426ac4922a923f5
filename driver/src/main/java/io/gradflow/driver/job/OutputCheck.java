package io.gradflow.driver.job;

import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.metric.MetricSet;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.spec.Fault;
import io.gradflow.common.spec.Reading;
import io.gradflow.common.spec.SpecTree;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.LabelSpec;
import io.gradflow.driver.train.EarlyStoppingSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether losses and metrics fit what is predicted, as far as the job file alone tells. */
final class OutputCheck {
  private static final String METRIC = "train.earlyStopping.metric";

  private final SpecTree tree;
  private final Optional<TrainSection> train;
  private final List<JobOutput> outputs;
  private final boolean single;
  private final List<Fault> faults = new ArrayList<>();

  OutputCheck(Reading<Job> reading, SpecTree tree, Optional<DataSpec> data) {
    this.tree = tree;
    this.train = reading.part("train", TrainSection.class);
    this.single =
        reading
            .part(JobOutput.OUTPUTS, Object.class)
            .map(part -> ((Map<?, ?>) part).isEmpty())
            .orElse(false);
    this.outputs = outputs(reading, data.map(DataSpec::labels).orElse(Map.of()));
    data.filter(each -> !outputs.isEmpty()).ifPresent(this::check);
  }

  List<Fault> faults() {
    return faults;
  }

  /** The outputs, if they can be told and their targets are there. */
  List<JobOutput> outputs() {
    return outputs;
  }

  /** Whether the network's outputs can be told: there is only one, or all of several are right. */
  boolean areNodesKnown() {
    return single || !outputs.isEmpty();
  }

  private List<JobOutput> outputs(Reading<Job> reading, Map<String, LabelSpec> labels) {
    Optional<?> loss = reading.part(JobOutput.LOSS, Optional.class).orElse(null);
    Map<?, ?> several = reading.part(JobOutput.OUTPUTS, Map.class).orElse(null);
    if (loss == null || several == null) {
      return List.of();
    }
    if (loss.isEmpty() && several.isEmpty()) {
      faults.add(
          new Fault(
              tree.root().at(),
              "",
              "required key \"loss\" is missing: What is minimized; or outputs, for several."));
      return List.of();
    }
    if (labels.isEmpty() || (loss.isPresent() && !several.isEmpty())) {
      return List.of();
    }
    List<JobOutput> all =
        JobOutput.of(
            loss.map(LossSpec.class::cast),
            several.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        entry -> (String) entry.getKey(),
                        entry -> (OutputEntry) entry.getValue(),
                        (a, b) -> a,
                        LinkedHashMap::new)),
            train.flatMap(TrainSection::metrics),
            labels.keySet());
    targets(loss.isPresent(), all, labels.keySet());
    if (!several.isEmpty() && train.flatMap(TrainSection::metrics).isPresent()) {
      fault(
          "train.metrics",
          "train.metrics",
          "each of several outputs has metrics of its own; give outputs."
              + all.get(0).name()
              + ".metrics");
    }
    return faults.isEmpty() ? all : List.of();
  }

  private void targets(boolean oneLoss, List<JobOutput> all, Set<String> targets) {
    if (oneLoss && targets.size() > 1) {
      fault(
          JobOutput.LOSS,
          JobOutput.LOSS,
          "one loss for the targets " + targets + "; give outputs, one or more for each target");
      return;
    }
    Set<String> unused = new TreeSet<>(targets);
    for (JobOutput output : all) {
      String path = JobOutput.OUTPUTS + "." + output.name();
      unused.remove(output.target());
      if (!targets.contains(output.target())) {
        fault(
            path,
            path + ".target",
            "no target \"" + output.target() + "\" in data; there are " + targets);
      }
      if (all.size() == 1 && output.weight() != 1) {
        fault(path, path + ".weight", "weighs against other outputs; there are none");
      }
    }
    if (faults.isEmpty() && !unused.isEmpty()) {
      fault(
          "data.targets",
          "data.targets",
          "no output predicts " + unused + "; give an output for each, or leave it out");
    }
  }

  private void check(DataSpec data) {
    List<OutputSpec> specs = new ArrayList<>();
    List<OutputSteps> steps = new ArrayList<>();
    for (JobOutput output : outputs) {
      LabelSpec label = data.labels().get(output.target());
      boolean fits = loss(data, label, output);
      OutputSpec spec = output.spec(LabelFit.first(label, data).seenBy(output.loss()).target());
      fits &= metrics(data, label, spec, output);
      if (fits) {
        LabelFit.fitting(label, data, fit -> bindAll(spec, fit.seenBy(spec.loss())))
            .ifPresent(
                fit -> {
                  specs.add(spec);
                  steps.add(fit.seenBy(spec.loss()));
                });
      }
    }
    if (specs.size() == outputs.size() && train.isPresent()) {
      earlyStopping(data, train.get(), MetricSet.bind(specs, steps));
    }
  }

  private boolean loss(DataSpec data, LabelSpec label, JobOutput output) {
    LossSpec loss = output.loss();
    Optional<String> misfit =
        LabelFit.misfit(
            label,
            data,
            fit -> {
              OutputSteps steps = fit.seenBy(loss);
              loss.bind(steps.output(), steps.target());
            });
    misfit.ifPresent(
        message -> fault(output.lossAt(), output.lossAt(), "does not fit the label: " + message));
    return misfit.isEmpty();
  }

  private boolean metrics(DataSpec data, LabelSpec label, OutputSpec spec, JobOutput output) {
    if (train.isEmpty()) {
      return false;
    }
    boolean fine = true;
    for (int i = 0; i < spec.metrics().size(); i++) {
      MetricSpec metric = spec.metrics().get(i);
      Optional<String> misfit =
          LabelFit.misfit(
              label, data, fit -> metric.bind(fit.seenBy(spec.loss()), spec.loss().link()));
      String path = output.metricsAt() + "[" + i + "]";
      misfit.ifPresent(message -> fault(path, path, "does not fit the label: " + message));
      fine &= misfit.isEmpty();
    }
    if (fine) {
      Optional<String> misfit =
          LabelFit.misfit(label, data, fit -> bindAll(spec, fit.seenBy(spec.loss())));
      misfit.ifPresent(message -> fault(output.metricsAt(), output.metricsAt(), message));
      fine = misfit.isEmpty();
    }
    return fine;
  }

  private static void bindAll(OutputSpec spec, OutputSteps steps) {
    MetricSet.bind(spec.metrics(), steps, spec.loss().link());
  }

  private void earlyStopping(DataSpec data, TrainSection section, MetricSet set) {
    if (section.earlyStopping().isEmpty()) {
      return;
    }
    Set<String> names = new TreeSet<>(Set.of("loss"));
    names.addAll(set.numbers(new double[set.sumCount()], 0).keySet());
    EarlyStoppingSpec stopping = section.earlyStopping().get();
    String watched = stopping.metric().substring(stopping.metric().indexOf('.') + 1);
    if (stopping.metric().startsWith("validation.")
        && data.validation().isEmpty()
        && section.folds().isEmpty()) {
      fault(
          METRIC,
          METRIC,
          "watches "
              + stopping.metric()
              + " but the job has no validation rows; give data.validation, e.g. {split: 0.1}");
    } else if (!names.contains(watched)) {
      fault(METRIC, METRIC, "this job does not measure " + watched + "; it measures " + names);
    }
  }

  private void fault(String where, String path, String message) {
    faults.add(new Fault(tree.locate(where), path, message));
  }
}
