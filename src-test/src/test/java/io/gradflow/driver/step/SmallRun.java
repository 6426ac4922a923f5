package io.gradflow.driver.step;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.PackedShardWriter;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.message.Split;
import io.gradflow.common.metric.Accuracy;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Dropout;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.optim.Adam;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.ConstantSchedule;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.OptimizerSpec;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.driver.train.EarlyStoppingSpec;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainSettings;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.SparkContext;

/**
 * A job that trains in milliseconds: 5 numbers to 3 classes, weighted rows (every eleventh weighs
 * nothing), tanh and dropout, three epochs of Adam. Row r belongs to micro-shard r mod M.
 */
public record SmallRun(int microShards, int rows, int batchSize, double learningRate) {
  public static final long SEED = 42;
  public static final int EPOCHS = 3;
  private static final int INPUTS = 5;
  private static final int VALIDATION_ROWS = 31;

  public static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(new Field("x", Shape.of(INPUTS), Field.Kind.NUMBER, List.of())),
          List.of(new Field("label", Shape.of(), Field.Kind.CLASS, List.of("a", "b", "c"))));

  /** Eleven batches an epoch, the last one short. */
  public static SmallRun of(int microShards) {
    return new SmallRun(microShards, 103, 10, 0.02);
  }

  public NetworkSpec network() {
    Initializer kernel = new Initializer.GlorotUniform();
    Initializer bias = new Initializer.Zeros();
    List<LayerSpec> layers =
        List.of(
            new Dense(7, new Activation.Tanh(), kernel, bias, true),
            new Dropout(0.2f),
            new Dense(3, new Activation.Identity(), kernel, bias, true));
    return NetworkSpec.sequential(new InputSpec("x", Shape.of(INPUTS)), layers);
  }

  public List<LossSpec> losses() {
    return List.of(new SoftmaxCrossEntropy(0, List.of()));
  }

  public RunSpec spec() {
    return new RunSpec(
        network(),
        SCHEMA,
        losses().get(0),
        List.of(new Accuracy()),
        Numerics.PORTABLE,
        SEED,
        rows,
        batchSize,
        microShards);
  }

  public Optimizer optimizer() {
    OptimizerSpec adam = new Adam(learningRate, 0.9, 0.999, 1e-8);
    return Optimizer.create(
        adam, new ConstantSchedule(0), ClipSpec.NONE, Regularization.NONE, network().layout(), 0);
  }

  public float[] startingWeights() {
    float[] weights = new float[network().layout().size()];
    network().initialize(SEED, weights);
    return weights;
  }

  /** The features of a row; rows of the validation split follow those of the training split. */
  public static float[] features(int row) {
    Random random = new Random(1000 + row);
    float[] values = new float[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  public static float label(int row) {
    float[] x = features(row);
    return x[0] + x[1] > 0.5f ? 2 : x[2] > 0 ? 1 : 0;
  }

  public static float weight(int row) {
    return row % 11 == 0 ? 0 : 1 + row % 3;
  }

  /** Both splits, for steps on Spark: the files as {@link #shards(Path)} has written them. */
  public Map<Split, ShardSource> sources(SparkContext spark, Path directory) {
    Map<Split, ShardSource> sources = new EnumMap<>(Split.class);
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      String prefix = directory.resolve(split + "-" + microShards + "-").toString();
      sources.put(split, tasks -> new FileShardRdd(spark, prefix, microShards, tasks));
    }
    return sources;
  }

  /** The rows of a split, written to and opened from a directory. */
  public List<PackedShard> shards(Path directory, Split split) {
    int first = split == Split.TRAIN ? 0 : rows;
    int end = split == Split.TRAIN ? rows : rows + VALIDATION_ROWS;
    List<PackedShard> shards = new ArrayList<>();
    try {
      for (int m = 0; m < microShards; m++) {
        Path file = directory.resolve(split + "-" + microShards + "-" + m);
        try (PackedShardWriter writer =
            new PackedShardWriter(file, PackedLayout.plain(SCHEMA, true))) {
          for (int row = first + m; row < end; row += microShards) {
            writer.append(new float[][] {features(row), {label(row)}}, weight(row));
          }
          writer.finish();
        }
        shards.add(PackedShard.open(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shards;
  }

  /** Both splits, for steps without Spark. */
  public Map<Split, List<PackedShard>> shards(Path directory) {
    return Map.of(
        Split.TRAIN, shards(directory, Split.TRAIN),
        Split.VALIDATION, shards(directory, Split.VALIDATION));
  }

  /** Trains with validation after every epoch. */
  public TrainResult train(StepRunner steps, TrainingListener... listeners) {
    return train(steps, Optional.empty(), EPOCHS, listeners);
  }

  public TrainResult train(
      StepRunner steps,
      Optional<EarlyStoppingSpec> earlyStopping,
      int epochs,
      TrainingListener... listeners) {
    TrainSettings settings = new TrainSettings(epochs, earlyStopping, true, 1);
    return new Trainer(settings, spec(), optimizer(), steps, List.of(listeners), () -> false)
        .train(startingWeights());
  }
}
