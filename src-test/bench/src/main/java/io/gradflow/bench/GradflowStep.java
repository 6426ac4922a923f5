package io.gradflow.bench;

import com.sun.management.ThreadMXBean;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.data.PackedShardWriter;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.driver.optim.Adam;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.ConstantSchedule;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A training step of Gradflow: reading the rows from packed shards, forward, loss, backward, adding
 * up and Adam, all inside the clock. How the step reaches the threads is the step runner's.
 */
final class GradflowStep implements Contestant, AutoCloseable {
  static final long SEED = 7;

  private final String name;
  private final StepRunner steps;
  private final Optimizer optimizer;
  private final ExecutorService helpers;
  private final BlockTeam team;
  private final int stepsPerEpoch;
  private Weights weights;
  private long step;
  private double meanLoss = Double.NaN;
  private StepSum last;
  private long optimizerNanos;
  private long stepsBefore;
  private long bytesBefore;
  private double bytesAStep = Double.NaN;

  GradflowStep(String name, RunSpec run, StepRunner steps, int optimizerThreads) {
    this.name = name;
    this.steps = steps;
    this.helpers = Executors.newFixedThreadPool(optimizerThreads);
    this.team = new BlockTeam(optimizerThreads, helpers);
    this.stepsPerEpoch = run.batchPlan().stepsPerEpoch();
    ParamLayout layout = run.network().layout();
    float[] start = new float[layout.size()];
    run.network().initialize(SEED, start);
    this.weights = new Weights(0, start);
    this.optimizer =
        Optimizer.create(
            new Adam(Workload.LEARNING_RATE, 0.9, 0.999, 1e-8),
            new ConstantSchedule(0),
            ClipSpec.NONE,
            Regularization.NONE,
            layout,
            0);
  }

  /** What Gradflow is told of a workload; the rows are those of all its label variants. */
  static RunSpec run(Workload workload, Numerics numerics, int microShards, ExampleSchema schema) {
    return new RunSpec(
        workload.network(),
        schema,
        new SoftmaxCrossEntropy(0, List.of()),
        List.of(),
        numerics,
        SEED,
        (long) workload.batch() * workload.classes(),
        workload.batch(),
        microShards);
  }

  /** The fields of a workload's rows. */
  static ExampleSchema schema(Workload workload) {
    List<String> classes =
        IntStream.range(0, workload.classes()).mapToObj(i -> "class" + i).toList();
    return new ExampleSchema(
        List.of(
            new Field(
                "features",
                workload.input(),
                workload.isTokens() ? Field.Kind.TOKENS : Field.Kind.NUMBER,
                workload.isTokens() ? classes : List.of())),
        List.of(new Field("label", Shape.of(workload.steps()), Field.Kind.CLASS, classes)));
  }

  /** The workload's rows as packed shards, one a micro-shard, dealt round-robin. */
  static List<PackedShard> shards(Workload workload, RunSpec run) throws IOException {
    Path folder = Files.createTempDirectory("gradflow-bench");
    float[] features = workload.features();
    float[][] row = {new float[workload.inputs()], new float[workload.steps()]};
    int[][] labels =
        IntStream.range(0, workload.classes()).mapToObj(workload::labels).toArray(int[][]::new);
    List<PackedShard> shards = new ArrayList<>();
    for (int m = 0; m < run.microShards(); m++) {
      Path file = folder.resolve("shard" + m);
      try (PackedShardWriter writer =
          new PackedShardWriter(file, PackedLayout.plain(run.schema(), false))) {
        for (int i = m; i < run.rows(); i += run.microShards()) {
          int source = i % workload.batch();
          System.arraycopy(features, source * row[0].length, row[0], 0, row[0].length);
          for (int step = 0; step < row[1].length; step++) {
            row[1][step] = labels[i / workload.batch()][source * row[1].length + step];
          }
          writer.append(row, 1);
        }
        writer.finish();
      }
      shards.add(PackedShard.open(file));
      Files.delete(file); // stays mapped
    }
    Files.delete(folder);
    return shards;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void step() {
    last = steps.run(id(step), weights);
    SubtreeSum sum = last.sum();
    long updating = System.nanoTime();
    if ((step + 1) % stepsPerEpoch != 0) {
      steps.announce(id(step + 1), weights.version() + 1);
    }
    optimizer.apply(weights.values(), sum.gradientSum(), sum.weightSum(), step, team);
    optimizerNanos = System.nanoTime() - updating;
    weights = new Weights(weights.version() + 1, weights.values());
    meanLoss = sum.lossSum() / sum.weightSum();
    step++;
  }

  private StepId id(long ofStep) {
    return new StepId(ofStep, (int) (ofStep / stepsPerEpoch), (int) (ofStep % stepsPerEpoch));
  }

  /** Where the last step's time went, as the runner has it. */
  StepSum last() {
    return last;
  }

  /** What the last step's update took. */
  long optimizerNanos() {
    return optimizerNanos;
  }

  @Override
  public void begin() {
    stepsBefore = step;
    bytesBefore = allocatedBytes();
  }

  @Override
  public void end() {
    bytesAStep = (double) (allocatedBytes() - bytesBefore) / (step - stepsBefore);
  }

  /** What the threads that live now have allocated: those of steps live on between blocks. */
  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  @Override
  public String evidence() {
    return String.format(
        Locale.ROOT, "loss %.4f, last block %.0f bytes a step", meanLoss, bytesAStep);
  }

  @Override
  public void close() {
    steps.close();
    helpers.shutdown();
  }
}
