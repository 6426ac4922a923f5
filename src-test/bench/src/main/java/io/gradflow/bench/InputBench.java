package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.PackedColumn;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.PackedShardWriter;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.worker.replica.ReplicaPool;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.replica.StepCompute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The share of their time that replicas wait for minibatches, on the network of the example
 * fashion-mnist-cnn: 60,000 rows of 784 bytes (by chance; decoding does not look at them), its
 * batch size and micro-shards, in process. With the changes of training rows that an image job
 * would have, too. The floor is 3 %.
 *
 * <p>Arguments: the job file and the number of threads; {@code
 * deploy/examples/fashion-mnist-cnn.yaml} and 1 unless given.
 */
public final class InputBench {
  private static final int ROWS = 60_000;
  private static final int PIXELS = 784;
  private static final int WARM_UP = 20;
  private static final int STEPS = 100;

  private InputBench() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args.length > 0 ? args[0] : "deploy/examples/fashion-mnist-cnn.yaml");
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    String text = Files.readString(file);
    String changes =
        "data.augment=[{shift: {pixels: 2, input: IN}}, {flip: {input: IN}}, {cutout: {size: 8,"
            + " input: IN}}]";
    measure("rows as they are", text, List.of(), threads);
    measure(
        "shift, flip and cutout of images",
        text,
        List.of(changes.replace("IN", "features")),
        threads);
  }

  private static void measure(String what, String text, List<String> overrides, int threads)
      throws IOException {
    List<String> all = new ArrayList<>(overrides);
    // The example reshapes rows to images itself; changes of images need them as such.
    all.add("data.features=[{columns: pixel_*, as: tensor, shape: [28, 28, 1], scale: 0.0039}]");
    Job job = JobFile.read(text, "job.yaml", all);
    ExampleSchema schema =
        new ExampleSchema(
            List.of(new Field("features", Shape.of(28, 28, 1), Field.Kind.NUMBER, List.of())),
            List.of(
                new Field(
                    "label",
                    Shape.of(),
                    Field.Kind.CLASS,
                    IntStream.range(0, 10).mapToObj(Integer::toString).toList())));
    NetworkSpec network = job.network(schema);
    RunSpec run =
        new RunSpec(
            network,
            schema,
            job.outputSpecs(schema),
            Numerics.PORTABLE,
            job.seed(),
            ROWS,
            job.train().batchSize(),
            job.train().microShardCount(),
            Optional.empty(),
            job.augment(schema),
            Optional.empty());
    List<PackedShard> shards = shards(run);
    float[] weights = new float[network.layout().size()];
    network.initialize(job.seed(), weights);
    try (ReplicaPool warm = new ReplicaPool(run);
        ReplicaPool pool = new ReplicaPool(run)) {
      steps(warm, run, shards, weights, threads, WARM_UP);
      long start = System.nanoTime();
      steps(pool, run, shards, weights, threads, STEPS);
      double millis = (System.nanoTime() - start) / 1e6 / STEPS;
      System.out.printf(
          Locale.ROOT,
          "%-34s %d thread(s)  %.2f ms a step  %.2f%% of the replicas' time waiting for data%n",
          what,
          threads,
          millis,
          100 * pool.dataShare());
    }
    shards.forEach(PackedShard::close);
  }

  private static void steps(
      ReplicaPool pool,
      RunSpec run,
      List<PackedShard> shards,
      float[] weights,
      int threads,
      int count) {
    int perEpoch = run.batchPlan().stepsPerEpoch();
    try (StepCompute compute = new StepCompute(pool, 0, run.microShards(), threads)) {
      for (int step = 0; step < count; step++) {
        StepId id = new StepId(step, step / perEpoch, step % perEpoch);
        compute.giveBack(compute.gradient(id, new Weights(0, weights), shards::get));
      }
    }
  }

  private static List<PackedShard> shards(RunSpec run) throws IOException {
    Random random = new Random(1);
    byte[] bytes = new byte[PIXELS];
    float[][] row = {new float[PIXELS], new float[1]};
    PackedLayout layout =
        new PackedLayout(
            List.of(new PackedColumn("features", PIXELS, PackedColumn.Storage.UINT8, 0, 1 / 255.0)),
            List.of(PackedColumn.of("label", 1, PackedColumn.Storage.UINT8)),
            false);
    List<PackedShard> shards = new ArrayList<>();
    for (int m = 0; m < run.microShards(); m++) {
      Path file = Files.createTempFile("gradflow-input", ".gfshard");
      try (PackedShardWriter writer = new PackedShardWriter(file, layout)) {
        for (int i = m; i < ROWS; i += run.microShards()) {
          random.nextBytes(bytes);
          for (int j = 0; j < PIXELS; j++) {
            row[0][j] = bytes[j] & 0xFF;
          }
          row[1][0] = i % 10;
          writer.append(row, 1);
        }
        writer.finish();
      }
      shards.add(PackedShard.open(file));
      Files.delete(file); // stays mapped
    }
    return shards;
  }
}
