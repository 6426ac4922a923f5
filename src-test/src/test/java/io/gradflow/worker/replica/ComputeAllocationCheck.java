package io.gradflow.worker.replica;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.PackedShardWriter;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.ActivationLayer;
import io.gradflow.common.nn.BatchNorm;
import io.gradflow.common.nn.Conv2d;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Dropout;
import io.gradflow.common.nn.Embedding;
import io.gradflow.common.nn.Flatten;
import io.gradflow.common.nn.GlobalAvgPool;
import io.gradflow.common.nn.Gru;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerNorm;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.LearnedPositions;
import io.gradflow.common.nn.Lstm;
import io.gradflow.common.nn.MaxPool2d;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.Padding;
import io.gradflow.common.nn.Residual;
import io.gradflow.common.nn.TransformerBlock;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.SettledAllocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prints what an executor's share of a step allocates once everything is compiled, a line for each
 * of several networks: its name and bytes. For a JVM of its own, as an executor's is.
 */
public final class ComputeAllocationCheck {
  /** Below this a network counts as settled. */
  static final long MAX_BYTES_A_STEP = 1 << 14;

  private static final int ROWS = 64;
  private static final int BATCH = 16;
  private static final int CLASSES = 5;
  private static final Initializer GLOROT = new Initializer.GlorotUniform();

  private final Path directory;

  private ComputeAllocationCheck(Path directory) {
    this.directory = directory;
  }

  /** Writes its shards to the directory that is its argument. */
  public static void main(String[] args) throws IOException {
    ComputeAllocationCheck check = new ComputeAllocationCheck(Path.of(args[0]));
    for (Map.Entry<String, NetworkSpec> entry : networks().entrySet()) {
      System.out.println(entry.getKey() + " " + check.bytesAStep(entry));
    }
  }

  private static Map<String, NetworkSpec> networks() {
    Map<String, NetworkSpec> networks = new LinkedHashMap<>();
    networks.put(
        "mlp",
        chain(
            Shape.of(20),
            dense(33, new Activation.Relu()),
            dense(18, new Activation.Tanh()),
            new Dropout(0.25f),
            dense(17, new Activation.Gelu()),
            logits()));
    networks.put(
        "cnn",
        chain(
            Shape.of(12, 12, 1),
            convolution(16, 5, new Activation.Relu(), true),
            new MaxPool2d(List.of(2), Optional.empty(), new Padding.Valid()),
            convolution(24, 3, new Activation.Relu(), true),
            new Flatten(),
            logits()));
    networks.put(
        "lstm",
        chain(
            Shape.of(6, 9),
            new Lstm(20, true, false, 0, GLOROT, new Initializer.Orthogonal(1), 1),
            logits()));
    networks.put(
        "gru",
        chain(
            Shape.of(6, 9),
            new Gru(
                20, true, false, 0, GLOROT, new Initializer.Orthogonal(1), new Initializer.Zeros()),
            logits()));
    networks.put(
        "transformer",
        chain(
            Shape.of(10),
            new Embedding(CLASSES, 16, false, new Initializer.Normal(0, 0.05f)),
            new LearnedPositions(new Initializer.Normal(0, 0.05f)),
            new TransformerBlock(
                4,
                40,
                new Activation.Gelu(),
                TransformerBlock.Norm.PRE,
                true,
                false,
                0.1f,
                1e-5f,
                GLOROT),
            new LayerNorm(1e-5f, true),
            logits()));
    List<LayerSpec> way =
        List.of(
            convolution(16, 3, new Activation.Identity(), false),
            new BatchNorm(0.1f, 1e-5f, true),
            new ActivationLayer(new Activation.Relu()),
            convolution(16, 3, new Activation.Identity(), false),
            new BatchNorm(0.1f, 1e-5f, true));
    networks.put(
        "resnet",
        chain(
            Shape.of(8, 8, 3),
            convolution(16, 3, new Activation.Identity(), false),
            new BatchNorm(0.1f, 1e-5f, true),
            new Residual(way, List.of(), false),
            new ActivationLayer(new Activation.Relu()),
            new GlobalAvgPool(),
            logits()));
    return networks;
  }

  private static NetworkSpec chain(Shape input, LayerSpec... layers) {
    return NetworkSpec.sequential(new InputSpec("features", input), List.of(layers));
  }

  private static Dense logits() {
    return dense(CLASSES, new Activation.Identity());
  }

  private static Dense dense(int units, Activation activation) {
    return new Dense(units, activation, GLOROT, new Initializer.Zeros(), true);
  }

  private static Conv2d convolution(int filters, int kernel, Activation activation, boolean bias) {
    List<Integer> one = List.of(1);
    return new Conv2d(
        filters,
        List.of(kernel),
        one,
        new Padding.Same(),
        one,
        1,
        activation,
        GLOROT,
        new Initializer.Zeros(),
        bias);
  }

  private long bytesAStep(Map.Entry<String, NetworkSpec> entry) throws IOException {
    NetworkSpec network = entry.getValue();
    int steps = network.outputShape(0).size() / CLASSES;
    boolean tokens = entry.getKey().equals("transformer");
    Shape input = network.inputs().get(0).shape();
    Field label = NetworkTrial.classIndex("label", CLASSES);
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                new Field(
                    "features",
                    input,
                    tokens ? Field.Kind.TOKENS : Field.Kind.NUMBER,
                    tokens ? label.classes() : List.of())),
            List.of(steps > 1 ? NetworkTrial.classPerStep("label", steps, CLASSES) : label));
    RunSpec run =
        new RunSpec(
            network,
            schema,
            new SoftmaxCrossEntropy(0, List.of()),
            List.of(),
            Numerics.PORTABLE,
            7,
            ROWS,
            BATCH,
            1);
    float[] weights = new float[network.layout().size()];
    network.initialize(7, weights);
    try (PackedShard shard = shard(run, entry.getKey(), steps, tokens);
        ReplicaPool pool = new ReplicaPool(run);
        StepCompute compute = new StepCompute(pool, 0, 1, 1)) {
      Steps training = new Steps(compute, shard, weights);
      return SettledAllocation.bytes(20 * MAX_BYTES_A_STEP, 20, training) / 20;
    }
  }

  private PackedShard shard(RunSpec run, String name, int steps, boolean tokens)
      throws IOException {
    Path file = directory.resolve(name);
    int width = run.schema().inputs().get(0).width();
    long key = CounterRng.key(7, CounterRng.Purpose.NOISE, name);
    try (PackedShardWriter writer =
        new PackedShardWriter(file, PackedLayout.plain(run.schema(), false))) {
      for (int row = 0; row < ROWS; row++) {
        float[] features = new float[width];
        for (int i = 0; i < width; i++) {
          float drawn = CounterRng.uniform(key, row * width + i);
          features[i] = tokens ? (int) (drawn * CLASSES) : 2 * drawn - 1;
        }
        float[] label = new float[steps];
        for (int step = 0; step < steps; step++) {
          label[step] = (row + step) % CLASSES;
        }
        writer.append(new float[][] {features, label}, 1);
      }
      writer.finish();
    }
    return PackedShard.open(file);
  }

  /** Takes one step after the other, with new weights each. */
  private static final class Steps implements Runnable {
    private final StepCompute compute;
    private final PackedShard shard;
    private final float[] values;
    private long step;

    Steps(StepCompute compute, PackedShard shard, float[] values) {
      this.compute = compute;
      this.shard = shard;
      this.values = values;
    }

    @Override
    public void run() {
      StepId id = new StepId(step, (int) (step / 4), (int) (step % 4));
      compute.giveBack(compute.gradient(id, new Weights(step, values), m -> shard));
      step++;
    }
  }
}
