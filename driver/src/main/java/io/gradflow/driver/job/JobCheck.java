package io.gradflow.driver.job;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.Fault;
import io.gradflow.common.spec.Location;
import io.gradflow.common.spec.Reading;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecTree;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.LabelSpec;
import io.gradflow.driver.train.CheckpointSpec;
import io.gradflow.driver.train.OnNonFinite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Faults between sections: what each section cannot see alone. */
final class JobCheck {
  private static final String CHECKPOINT = "checkpoint";

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
    OutputCheck outputs = new OutputCheck(reading, tree, data);
    check.faults.addAll(outputs.faults());
    model
        .filter(each -> outputs.areNodesKnown())
        .ifPresent(each -> check.network(each, data, outputs.outputs()));
    data.ifPresent(check::folds);
    data.ifPresent(check::augment);
    check.checkpoints();
    return check.faults;
  }

  private void label(DataSpec data) {
    if (data.labels().isEmpty()) {
      fault(
          "data", "data", "required key \"label\" is missing: what the network learns to predict");
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

  private void network(ModelSection model, Optional<DataSpec> data, List<JobOutput> outputs) {
    NetworkBuilder builder = new NetworkBuilder(model, outputs);
    faults.addAll(builder.names(data.map(FeatureShapes::inputNames), this::at));
    if (model.output().isPresent() && outputs.stream().anyMatch(o -> o.node().isPresent())) {
      fault(
          "model.output",
          "model.output",
          "the nodes of several outputs are named in outputs; leave it out");
    }
    Map<String, Field> least = new LinkedHashMap<>();
    Set<String> open = new TreeSet<>();
    data.ifPresent(each -> each.labels().forEach((name, l) -> least(name, l, each, least, open)));
    ClassCounts classes = new ClassCounts(outputs, least);
    if (!least.isEmpty()) {
      faults.addAll(builder.usesOfClasses(classes));
    }
    Optional<List<Field>> inputs = data.flatMap(FeatureShapes::inputs);
    if (!faults.isEmpty()
        || inputs.isEmpty()
        || (builder.usesNamesInside() && (least.isEmpty() || !open.isEmpty()))) {
      return;
    }
    try {
      NetworkSpec network = builder.build(inputs.get(), classes, at("model"));
      reading
          .part("train", TrainSection.class)
          .flatMap(train -> rowsAtOnce(train, network))
          .ifPresent(message -> fault("train.rowsAtOnce", "train.rowsAtOnce", message));
      for (int i = 0; i < outputs.size(); i++) {
        boolean widthKnown = !open.contains(outputs.get(i).target()) || !builder.usesNamesAt(i);
        if (widthKnown) {
          output(network, data.get(), builder, i, outputs.get(i));
        }
      }
    } catch (SpecException e) {
      faults.addAll(e.faults());
    }
  }

  /** Notes the least that a label may come to, and whether the data decides how many classes. */
  private static void least(
      String name, LabelSpec label, DataSpec data, Map<String, Field> least, Set<String> open) {
    List<Field> two = label.targets(data).limit(2).toList();
    least.put(name, two.get(0));
    if (two.size() > 1 && two.get(0).kind() != Field.Kind.NUMBER) {
      open.add(name);
    }
  }

  private void output(
      NetworkSpec network, DataSpec data, NetworkBuilder builder, int index, JobOutput output) {
    LabelSpec label = data.labels().get(output.target());
    LabelFit.misfit(
            label,
            data,
            fit -> {
              OutputSteps steps = network.outputSteps(index, output.loss(), fit.target());
              output.loss().bind(steps.output(), steps.target());
            })
        .ifPresent(
            message ->
                faults.add(
                    new Fault(
                        builder.outputAt(index).orElse(at("model")),
                        "model",
                        "the network's output"
                            + output.node().map(node -> " " + output.name()).orElse("")
                            + " does not fit the label: "
                            + message)));
  }

  /** The network of a job whose data is known. */
  static NetworkSpec network(Job job, ExampleSchema schema) {
    Location at = Location.of("job " + job.name());
    List<JobOutput> outputs = job.jobOutputs();
    NetworkBuilder builder = new NetworkBuilder(job.model(), outputs);
    List<Fault> faults = new ArrayList<>();
    try {
      Map<String, Field> targets = new LinkedHashMap<>();
      schema.targets().forEach(field -> targets.put(field.name(), field));
      ClassCounts classes = new ClassCounts(outputs, targets);
      Set<String> inputNames = new TreeSet<>(schema.inputs().stream().map(Field::name).toList());
      faults.addAll(builder.names(Optional.of(inputNames), path -> at));
      faults.addAll(builder.usesOfClasses(classes));
      if (!faults.isEmpty()) {
        throw new SpecException(faults);
      }
      NetworkSpec network = builder.build(schema.inputs(), classes, at);
      for (int i = 0; i < outputs.size(); i++) {
        Field target = targets.get(outputs.get(i).target());
        bind(outputs.get(i), i, network, target, builder.outputAt(i).orElse(at), faults);
      }
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
      JobOutput output,
      int index,
      NetworkSpec network,
      Field target,
      Location at,
      List<Fault> faults) {
    OutputSteps steps;
    try {
      steps = network.outputSteps(index, output.loss(), target);
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(at, output.lossAt(), e.getMessage()));
      return;
    }
    try {
      output.loss().bind(steps.output(), steps.target());
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(at, output.lossAt(), e.getMessage()));
    }
    for (MetricSpec metric : output.metrics(target)) {
      try {
        metric.bind(steps, output.loss().link());
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(at, output.metricsAt(), metric.label() + ": " + e.getMessage()));
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
