package io.gradflow.driver.job;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.metric.DefaultMetrics;
import io.gradflow.common.metric.MetricSet;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.Deferred;
import io.gradflow.common.spec.Fault;
import io.gradflow.common.spec.Location;
import io.gradflow.common.spec.Reading;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecTree;
import io.gradflow.driver.data.ClassLabel;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.LabelSpec;
import io.gradflow.driver.data.NumberLabel;
import io.gradflow.driver.train.CheckpointSpec;
import io.gradflow.driver.train.EarlyStoppingSpec;
import io.gradflow.driver.train.OnNonFinite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Faults between sections: what each section cannot see alone. */
final class JobCheck {
  private static final String LOSS = "loss";
  private static final String CHECKPOINT = "checkpoint";
  private static final String METRIC = "train.earlyStopping.metric";

  private final Reading<Job> reading;
  private final SpecTree tree;
  private final List<Fault> faults = new ArrayList<>();

  private JobCheck(Reading<Job> reading, SpecTree tree) {
    this.reading = reading;
    this.tree = tree;
  }

  /** Faults between those sections that could be read. */
  static List<Fault> sections(Reading<Job> reading, SpecTree tree) {
    JobCheck check = new JobCheck(reading, tree);
    Optional<DataSpec> data = reading.part("data", DataSpec.class);
    Optional<ModelSection> model = reading.part("model", ModelSection.class);
    data.ifPresent(check::label);
    data.ifPresent(each -> check.lossAndMetrics(each));
    model.ifPresent(each -> check.network(each, data));
    data.ifPresent(check::folds);
    data.ifPresent(check::augment);
    check.checkpoints();
    return check.faults;
  }

  private void label(DataSpec data) {
    if (data.label().isEmpty()) {
      fault(
          "data", "data", "required key \"label\" is missing: what the network learns to predict");
    }
  }

  private void lossAndMetrics(DataSpec data) {
    Optional<LossSpec> loss = reading.part(LOSS, LossSpec.class);
    Optional<TrainSection> train = reading.part("train", TrainSection.class);
    if (data.label().isEmpty()) {
      return;
    }
    loss.flatMap(
            each ->
                LabelFit.misfit(
                    data, fit -> each.bind(fit.seenBy(each).output(), fit.seenBy(each).target())))
        .ifPresent(message -> fault(LOSS, LOSS, "does not fit the label: " + message));
    if (loss.isEmpty() || train.isEmpty()) {
      return;
    }
    LossSpec minimized = loss.get();
    LossSpec.Link link = minimized.link();
    List<MetricSpec> metrics =
        train
            .get()
            .metrics()
            .orElseGet(
                () -> DefaultMetrics.of(LabelFit.first(data).seenBy(minimized).target(), link));
    boolean fine = true;
    for (int i = 0; i < metrics.size(); i++) {
      MetricSpec metric = metrics.get(i);
      Optional<String> misfit =
          LabelFit.misfit(
              data,
              fit -> {
                LabelFit seen = fit.seenBy(minimized);
                metric.bind(seen.output(), seen.target(), link);
              });
      String path = "train.metrics[" + i + "]";
      misfit.ifPresent(message -> fault(path, path, "does not fit the label: " + message));
      fine &= misfit.isEmpty();
    }
    if (fine) {
      earlyStopping(data, train.get(), metrics, minimized);
    }
  }

  private void augment(DataSpec data) {
    Optional<List<Field>> inputs = FeatureShapes.inputs(data);
    for (int i = 0; i < data.augment().size() && inputs.isPresent(); i++) {
      String path = "data.augment[" + i + "]";
      try {
        data.augment().get(i).bind(new ExampleSchema(inputs.get(), List.of()));
      } catch (IllegalArgumentException e) {
        fault(path, path, e.getMessage());
      }
    }
  }

  private void folds(DataSpec data) {
    boolean folds =
        reading.part("train", TrainSection.class).flatMap(TrainSection::folds).isPresent();
    if (folds && data.validation().isPresent()) {
      fault(
          "train.folds",
          "train.folds",
          "each fold is validated on its own part of the rows; leave data.validation out");
    }
  }

  private void checkpoints() {
    Optional<TrainSection> train = reading.part("train", TrainSection.class);
    Optional<CheckpointSpec> checkpoint = reading.part(CHECKPOINT, CheckpointSpec.class);
    if (train.isEmpty() || checkpoint.isEmpty()) {
      return;
    }
    if (checkpoint.get().keepBest() && train.get().earlyStopping().isEmpty()) {
      fault(
          CHECKPOINT,
          CHECKPOINT + ".keepBest",
          "needs train.earlyStopping, whose metric says which epoch is the best");
    }
    if (train.get().onNonFinite() instanceof OnNonFinite.Rollback
        && !checkpoint.get().isRegular()) {
      fault(
          "train.onNonFinite",
          "train.onNonFinite",
          "rollback goes back to checkpoints by steps or epochs; give checkpoint.everySteps or"
              + " checkpoint.everyEpochs");
    }
  }

  private void earlyStopping(
      DataSpec data, TrainSection train, List<MetricSpec> metrics, LossSpec minimized) {
    Set<String> names = new TreeSet<>(Set.of(LOSS));
    Optional<String> misfit =
        LabelFit.misfit(
            data,
            fit -> {
              LabelFit seen = fit.seenBy(minimized);
              MetricSet set =
                  MetricSet.bind(metrics, seen.output(), seen.target(), minimized.link());
              names.addAll(set.numbers(new double[set.sumCount()], 0).keySet());
            });
    misfit.ifPresent(message -> fault("train.metrics", "train.metrics", message));
    if (train.earlyStopping().isEmpty() || misfit.isPresent()) {
      return;
    }
    EarlyStoppingSpec stopping = train.earlyStopping().get();
    String watched = stopping.metric().substring(stopping.metric().indexOf('.') + 1);
    if (stopping.metric().startsWith("validation.")
        && data.validation().isEmpty()
        && train.folds().isEmpty()) {
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

  private void network(ModelSection model, Optional<DataSpec> data) {
    Optional<LabelSpec> label = data.flatMap(DataSpec::label);
    NetworkBuilder builder = new NetworkBuilder(model);
    faults.addAll(builder.names(data.map(FeatureShapes::inputNames), this::at));
    if (label.isPresent() && label.get() instanceof NumberLabel) {
      faults.addAll(builder.usesOfClasses());
    }
    Optional<List<Field>> inputs = data.flatMap(FeatureShapes::inputs);
    int classes =
        label.isPresent() && label.get() instanceof ClassLabel given ? given.classes().size() : 0;
    boolean countKnown = classes > 0;
    if (!faults.isEmpty() || inputs.isEmpty() || (builder.usesNamesInside() && !countKnown)) {
      return;
    }
    int count = countKnown ? classes : Deferred.PROVISIONAL;
    try {
      NetworkSpec network =
          builder.build(inputs.get(), Map.of(ModelSection.CLASSES, count), at("model"));
      reading
          .part("train", TrainSection.class)
          .flatMap(train -> rowsAtOnce(train, network))
          .ifPresent(message -> fault("train.rowsAtOnce", "train.rowsAtOnce", message));
      boolean widthKnown = countKnown || !builder.usesNamesAtEnd();
      if (label.isPresent() && widthKnown) {
        output(network, data.get(), builder);
      }
    } catch (SpecException e) {
      faults.addAll(e.faults());
    }
  }

  private void output(NetworkSpec network, DataSpec data, NetworkBuilder builder) {
    Optional<LossSpec> loss = reading.part(LOSS, LossSpec.class);
    loss.flatMap(
            each ->
                LabelFit.misfit(
                    data,
                    fit -> {
                      OutputSteps steps = network.outputSteps(0, each, fit.target());
                      each.bind(steps.output(), steps.target());
                    }))
        .ifPresent(
            message ->
                faults.add(
                    new Fault(
                        builder.lastAt().orElse(at("model")),
                        "model",
                        "the network's output does not fit the label: " + message)));
  }

  /** The network of a job whose data is known. */
  static NetworkSpec network(Job job, ExampleSchema schema) {
    Location at = Location.of("job " + job.name());
    NetworkBuilder builder = new NetworkBuilder(job.model());
    List<Fault> faults = new ArrayList<>();
    try {
      Field target = schema.targets().get(0);
      Set<String> inputNames = new TreeSet<>(schema.inputs().stream().map(Field::name).toList());
      faults.addAll(builder.names(Optional.of(inputNames), path -> at));
      boolean byClass = target.kind() == Field.Kind.CLASS;
      if (!byClass) {
        faults.addAll(builder.usesOfClasses());
      }
      if (!faults.isEmpty()) {
        throw new SpecException(faults);
      }
      Map<String, Integer> names =
          byClass ? Map.of(ModelSection.CLASSES, target.classes().size()) : Map.of();
      NetworkSpec network = builder.build(schema.inputs(), names, at);
      bind(job, network, target, builder.lastAt().orElse(at), faults);
      rowsAtOnce(job.train(), network)
          .ifPresent(message -> faults.add(new Fault(at, "train.rowsAtOnce", message)));
      try {
        builder.learningRateFactors(network.layout());
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(at, "model", e.getMessage()));
      }
      if (!faults.isEmpty()) {
        throw new SpecException(faults);
      }
      return network;
    } catch (SpecException e) {
      throw JobFile.failure(e);
    }
  }

  /** Why a micro-shard cannot be computed in chunks of rows, if it cannot and should. */
  private static Optional<String> rowsAtOnce(TrainSection train, NetworkSpec network) {
    List<String> whole = network.wholeMicroShardLayers();
    return train.rowsAtOnce().isEmpty() || whole.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "layer "
                + whole.get(0)
                + " normalizes by all rows of a micro-shard, which cannot be computed in chunks;"
                + " leave rowsAtOnce out and give more train.microShards, or use layerNorm or"
                + " groupNorm");
  }

  private static void bind(
      Job job, NetworkSpec network, Field target, Location at, List<Fault> faults) {
    OutputSteps steps;
    try {
      steps = network.outputSteps(0, job.loss(), target);
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(at, LOSS, e.getMessage()));
      return;
    }
    try {
      job.loss().bind(steps.output(), steps.target());
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(at, LOSS, e.getMessage()));
    }
    for (MetricSpec metric : job.metrics(target)) {
      try {
        metric.bind(steps.output(), steps.target(), job.loss().link());
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(at, "train.metrics", metric.label() + ": " + e.getMessage()));
      }
    }
  }

  private Location at(String path) {
    return tree.locate(path);
  }

  private void fault(String where, String path, String message) {
    faults.add(new Fault(at(where), path, message));
  }
}
