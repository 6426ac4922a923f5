package io.gradflow.driver.health;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.PackedShardWriter;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.message.Split;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.BatchNorm;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.Residual;
import io.gradflow.common.nn.SimpleRnn;
import io.gradflow.driver.optim.Adam;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.ConstantSchedule;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.OptimizerSpec;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.driver.optim.Sgd;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.driver.train.OnNonFinite;
import io.gradflow.driver.train.RunLimits;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainSettings;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A test bed of set-ups that do not learn: each with the fault that the diagnosis must name, and
 * with what its advice makes of it.
 */
public final class Remedies {
  private static final int ROWS = 512;
  private static final int BATCH = 64;
  private static final int FEATURES = 5;
  private static final int DELAY = 200;
  private static final int COPIED = 2;
  private static final int COPY_STEPS = COPIED + DELAY + COPIED;
  private static final int SYMBOLS = 4;
  private static final Initializer ZEROS = new Initializer.Zeros();

  private Remedies() {}

  /**
   * What is trained.
   *
   * @param scale of the first feature
   * @param copy whether rows are those of the copy task: symbols, a long pause, a sign at its end,
   *     and then the symbols are to be put out in their order
   */
  public record Subject(
      List<LayerSpec> layers, OptimizerSpec optimizer, ClipSpec clip, double scale, boolean copy) {}

  /**
   * A set-up that does not learn, and its remedy.
   *
   * @param faults that the diagnosis must name
   * @param steps for either
   */
  public record Setup(
      String name, List<Fault> faults, String remedy, Subject sick, Subject cured, int steps) {}

  /**
   * How a training went.
   *
   * @param losses of its steps; infinite once it has diverged
   */
  public record Course(List<Double> losses, List<Finding> findings) {
    /** The mean loss of the last tenth of the steps. */
    public double end() {
      int from = losses.size() * 9 / 10;
      double mean = 0;
      for (double loss : losses.subList(from, losses.size())) {
        mean += loss / (losses.size() - from);
      }
      return mean;
    }
  }

  /** All of them. */
  public static List<Setup> all() {
    return List.of(deepSigmoid(), explodingRnn(), unscaledInputs(), saddle(), plateau());
  }

  private static Dense dense(int units, Activation activation, Initializer start) {
    return new Dense(units, activation, start, ZEROS, true);
  }

  private static Dense output() {
    return dense(3, new Activation.Identity(), new Initializer.GlorotUniform());
  }

  private static OptimizerSpec adam(double rate) {
    return new Adam(rate, 0.9, 0.999, 1e-8);
  }

  private static Subject plain(List<LayerSpec> layers, OptimizerSpec optimizer) {
    return new Subject(layers, optimizer, ClipSpec.NONE, 1, false);
  }

  private static Setup deepSigmoid() {
    List<LayerSpec> sick = new ArrayList<>();
    List<LayerSpec> cured = new ArrayList<>();
    cured.add(dense(16, new Activation.Relu(), new Initializer.HeNormal()));
    for (int i = 0; i < 50; i++) {
      sick.add(dense(16, new Activation.Sigmoid(), new Initializer.GlorotUniform()));
    }
    for (int i = 1; i < 50; i++) {
      cured.add(
          new Residual(
              List.of(
                  new BatchNorm(0.1f, 1e-5f, true),
                  dense(16, new Activation.Relu(), new Initializer.HeNormal())),
              List.of(),
              false));
    }
    sick.add(output());
    cured.add(output());
    return new Setup(
        "50 sigmoid layers",
        List.of(Fault.VANISHING_GRADIENTS),
        "relu with heNormal, in residual blocks with batchNorm",
        plain(sick, adam(0.002)),
        plain(cured, adam(0.002)),
        240);
  }

  private static Setup explodingRnn() {
    ClipSpec clip = new ClipSpec(Optional.empty(), Optional.of(1.0), Optional.empty());
    return new Setup(
        "vanilla RNN, copy task over 200 steps",
        List.of(Fault.EXPLODING_GRADIENTS),
        "clip: {globalNorm: 1}, recurrent kernel orthogonal",
        copying(new Initializer.Normal(0, 0.45f), ClipSpec.NONE),
        copying(new Initializer.Orthogonal(1), clip),
        1200);
  }

  private static Subject copying(Initializer recurrent, ClipSpec clip) {
    SimpleRnn rnn =
        new SimpleRnn(
            32,
            new Activation.Tanh(),
            true,
            false,
            0,
            new Initializer.GlorotUniform(),
            recurrent,
            ZEROS);
    List<LayerSpec> layers =
        List.of(
            rnn, dense(SYMBOLS + 1, new Activation.Identity(), new Initializer.GlorotUniform()));
    return new Subject(layers, adam(0.003), clip, 1, true);
  }

  private static Setup unscaledInputs() {
    List<LayerSpec> layers =
        List.of(dense(16, new Activation.Tanh(), new Initializer.GlorotUniform()), output());
    return new Setup(
        "one input in tens of thousands",
        List.of(Fault.UNSCALED_INPUT, Fault.SATURATED_UNITS),
        "standardize: true",
        new Subject(layers, adam(0.01), ClipSpec.NONE, 30_000, false),
        plain(layers, adam(0.01)),
        240);
  }

  private static Setup saddle() {
    List<LayerSpec> sick =
        List.of(
            dense(16, new Activation.Tanh(), ZEROS), dense(3, new Activation.Identity(), ZEROS));
    List<LayerSpec> cured =
        List.of(dense(16, new Activation.Tanh(), new Initializer.GlorotUniform()), output());
    return new Setup(
        "all weights 0: a saddle",
        List.of(Fault.EQUAL_UNITS),
        "glorotUniform",
        plain(sick, adam(0.01)),
        plain(cured, adam(0.01)),
        240);
  }

  private static Setup plateau() {
    List<LayerSpec> layers =
        List.of(dense(16, new Activation.Tanh(), new Initializer.GlorotUniform()), output());
    return new Setup(
        "steps that are far too small: a plateau",
        List.of(Fault.STANDSTILL),
        "adam with rate 0.01",
        plain(layers, new Sgd(1e-6)),
        plain(layers, adam(0.01)),
        240);
  }

  private static ExampleSchema schema(Subject subject) {
    List<String> classes =
        subject.copy() ? List.of("blank", "a", "b", "c", "d") : List.of("a", "b", "c");
    Shape shape = subject.copy() ? Shape.of(COPY_STEPS, SYMBOLS + 1) : Shape.of(FEATURES);
    Shape label = subject.copy() ? Shape.of(COPY_STEPS) : Shape.of();
    return new ExampleSchema(
        List.of(new Field("x", shape, Field.Kind.NUMBER, List.of())),
        List.of(new Field("y", label, Field.Kind.CLASS, classes)));
  }

  /** Blanks do not count: guessing has the logarithm of the symbols' number. */
  private static List<Float> classWeights(Subject subject) {
    return subject.copy() ? List.of(0f, 1f, 1f, 1f, 1f) : List.of();
  }

  private static float[][] row(Subject subject, int row) {
    long key = CounterRng.key(11, CounterRng.Purpose.NOISE, row, 0, 0);
    if (subject.copy()) {
      float[] x = new float[COPY_STEPS * (SYMBOLS + 1)];
      float[] y = new float[COPY_STEPS];
      for (int k = 0; k < COPIED; k++) {
        int symbol = CounterRng.bits(key, k) >>> 30;
        x[k * (SYMBOLS + 1) + symbol] = 1;
        y[COPIED + DELAY + k] = symbol + 1;
      }
      x[(COPIED + DELAY - 1) * (SYMBOLS + 1) + SYMBOLS] = 1;
      return new float[][] {x, y};
    }
    float[] x = new float[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      x[i] = CounterRng.normal(key, i);
    }
    float label = x[0] + x[1] > 0.5f ? 2 : x[2] > 0 ? 1 : 0;
    x[0] *= (float) subject.scale();
    return new float[][] {x, {label}};
  }

  /**
   * Trains a subject and has it looked at.
   *
   * @param directory for its rows
   */
  public static Course train(Subject subject, int steps, Path directory) throws IOException {
    ExampleSchema schema = schema(subject);
    List<PackedShard> shards = new ArrayList<>();
    for (int m = 0; m < 2; m++) {
      Path file = directory.resolve("rows-" + m);
      try (PackedShardWriter writer =
          new PackedShardWriter(file, PackedLayout.plain(schema, true))) {
        for (int row = m; row < ROWS; row += 2) {
          writer.append(row(subject, row), 1);
        }
        writer.finish();
      }
      shards.add(PackedShard.open(file));
    }
    NetworkSpec network =
        NetworkSpec.sequential(
            new InputSpec("x", schema.inputs().get(0).shape()), subject.layers());
    RunSpec spec =
        new RunSpec(
            network,
            schema,
            new SoftmaxCrossEntropy(0, classWeights(subject)),
            List.of(),
            Numerics.PORTABLE,
            1,
            ROWS,
            BATCH,
            2);
    MiniBatch sample = new MiniBatch(schema, 64);
    shards.get(0).read(0, 64, sample);
    LearningHealth health =
        new LearningHealth(
            network.layout(), 20, Optional.of(new ActivationProbe(network, schema, sample)));
    Optimizer optimizer =
        Optimizer.create(
            subject.optimizer(),
            new ConstantSchedule(0),
            subject.clip(),
            Regularization.NONE,
            network.layout(),
            steps);
    TrainSettings settings =
        new TrainSettings(
            steps,
            Optional.empty(),
            false,
            1,
            new OnNonFinite.SkipStep(steps),
            0,
            1,
            new RunLimits(Optional.of((long) steps), Optional.empty()),
            0);
    Noting noting = new Noting();
    float[] weights = new float[network.layout().size()];
    network.initialize(3, weights);
    try (InProcessSteps runner = new InProcessSteps(spec, Map.of(Split.TRAIN, shards), 1)) {
      new Trainer(
              settings,
              spec,
              optimizer,
              runner,
              List.of(noting),
              StateKeeper.NONE,
              Optional.of(health),
              () -> false)
          .train(weights);
    } finally {
      for (PackedShard shard : shards) {
        shard.close();
      }
    }
    return new Course(noting.losses, noting.findings);
  }

  private static final class Noting implements TrainingListener {
    private final List<Double> losses = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    @Override
    public void onStep(StepReport report) {
      losses.add(report.meanLoss());
    }

    @Override
    public void onHealth(HealthReport report) {
      findings.addAll(report.findings());
    }
  }
}
