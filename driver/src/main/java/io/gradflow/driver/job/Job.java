package io.gradflow.driver.job;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.augment.AugmentSpec;
import io.gradflow.common.augment.Augmentation;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.optim.AverageSpec;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.OptimizerSpec;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.driver.optim.ScheduleSpec;
import io.gradflow.driver.train.CheckpointSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A training job, as its file says it.
 *
 * @param learningRateFactors what multiplies the learning rate of parameters, by name; 0 freezes
 */
@Doc("A training job.")
public record Job(
    @Doc("A name for reports and the output directory.") String name,
    @Doc("Where all random numbers come from.") @Default("0") long seed,
    @Doc("The data to learn from.") DataSpec data,
    @Doc("The network.") ModelSection model,
    @Doc("What is minimized, by a network with one output.") Optional<LossSpec> loss,
    @Doc("Several outputs by name, in place of a loss: the weighted sum of their losses counts.")
        @Default("{}")
        Map<String, OutputEntry> outputs,
    @Doc("How gradients become steps.") @Default("adam") OptimizerSpec optimizer,
    @Doc("How the learning rate changes over the steps.") @Default("constant")
        ScheduleSpec schedule,
    @Doc("Bounds on the gradient.") @Default("{}") ClipSpec clip,
    @Doc("Penalties on the weights.") @Default("{}") Regularization regularization,
    @Doc("Factors of the learning rate by parameter name, * for any characters; 0 freezes.")
        @Default("{}")
        Map<String, Double> learningRateFactors,
    @Doc("An average of the weights, which is evaluated and kept instead of them.")
        Optional<AverageSpec> average,
    @Doc("How to train.") TrainSection train,
    @Doc("When to save the run's state.") @Default("{}") CheckpointSpec checkpoint,
    @Doc("What the run leaves behind.") @Default("{}") OutputSection output) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");

  public Job {
    learningRateFactors = new TreeMap<>(learningRateFactors);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    if (loss.isPresent() && !outputs.isEmpty()) {
      throw new IllegalArgumentException("both loss and outputs; expected one of them");
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name \""
              + name
              + "\"; expected at most 100 letters, digits, '_', '.' and '-', as it names a"
              + " directory");
    }
  }

  /**
   * The network, now that the data is known.
   *
   * @throws GradflowException BAD_JOB with every layer, loss or metric that does not fit the data
   */
  public NetworkSpec network(ExampleSchema schema) {
    return JobCheck.network(this, schema);
  }

  /**
   * What multiplies the learning rate of parameters, by name or pattern: the job's own factors, and
   * those of single layers; a parameter with several has their product.
   *
   * @throws IllegalArgumentException if a layer with a factor has no trained parameter
   */
  public Map<String, Double> learningRateFactors(ParamLayout layout) {
    Map<String, Double> factors = new TreeMap<>(learningRateFactors);
    new NetworkBuilder(model, jobOutputs())
        .learningRateFactors(layout)
        .forEach((name, factor) -> factors.merge(name, factor, (a, b) -> a * b));
    return factors;
  }

  /**
   * The random changes of training rows, now that the data is known.
   *
   * @throws GradflowException BAD_JOB if one does not fit the data
   */
  public List<AugmentSpec> augment(ExampleSchema schema) {
    try {
      new Augmentation(data.augment(), schema, seed);
      return data.augment();
    } catch (IllegalArgumentException e) {
      throw new GradflowException(ExitCode.BAD_JOB, e.getMessage(), e);
    }
  }

  /** What the network's outputs are trained for and measured by, now that the data is known. */
  public List<OutputSpec> outputSpecs(ExampleSchema schema) {
    List<OutputSpec> specs = new ArrayList<>();
    for (JobOutput output : jobOutputs()) {
      Field target =
          schema.targets().stream()
              .filter(field -> field.name().equals(output.target()))
              .findFirst()
              .orElseThrow();
      specs.add(output.spec(target));
    }
    return specs;
  }

  List<JobOutput> jobOutputs() {
    return JobOutput.of(loss, outputs, train.metrics(), data.labels().keySet());
  }

  /** The directory that the run leaves behind. */
  public String outputPath() {
    return output.path().orElse("out/" + name);
  }

  /** The same job with every input path mapped: relative ones count from the job file's folder. */
  public Job relocate(UnaryOperator<String> paths) {
    ModelSection located =
        new ModelSection(
            model.layers(),
            model.nodes(),
            model.output(),
            model.weights().map(paths),
            model.from().map(paths),
            model.fromOptimizer(),
            model.allowMissing(),
            model.init());
    return new Job(
        name,
        seed,
        data.relocate(paths),
        located,
        loss,
        outputs,
        optimizer,
        schedule,
        clip,
        regularization,
        learningRateFactors,
        average,
        train,
        checkpoint,
        output);
  }

  /** The same job with other data. */
  public Job with(DataSpec other) {
    return new Job(
        name,
        seed,
        other,
        model,
        loss,
        outputs,
        optimizer,
        schedule,
        clip,
        regularization,
        learningRateFactors,
        average,
        train,
        checkpoint,
        output);
  }

  /** The same job, trained otherwise. */
  public Job with(TrainSection other) {
    return new Job(
        name,
        seed,
        data,
        model,
        loss,
        outputs,
        optimizer,
        schedule,
        clip,
        regularization,
        learningRateFactors,
        average,
        other,
        checkpoint,
        output);
  }

  /** The job with all defaults, as plain values without secrets: for manifests. */
  public Object effective() {
    return Redaction.redact(SpecWriter.toTree(this));
  }
}
