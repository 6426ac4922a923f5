package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.common.metric.Accuracy;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.testkit.SparkSessions;
import io.gradflow.worker.replica.RunSpec;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * At steady state a step within one process makes no array of the parameters' size, on no thread:
 * all of them together allocate a small part of one. Between processes {@code AllocationBench}
 * measures it.
 */
@Timeout(120)
class StepAllocationTest {
  private static final SparkContext SPARK = SparkSessions.local2().sparkContext();
  private static final int UNITS = 20_000;

  private static final int STEPS = 50;

  /**
   * Until kernels are compiled they box their vectors, and a new lease may run on threads that make
   * their scratch anew; what a step makes every time is in every window.
   */
  private static final int MAX_WINDOWS = 60;

  /** What messages, events and Spark's own threads may come to; a gradient is 720,000 bytes. */
  private static final long MAX_BYTES_A_STEP = 100_000;

  @TempDir private Path directory;

  @Test
  void run_residentInLocalMode_allocatesNoArrayOfTheParametersSize() {
    SmallRun run = SmallRun.of(4);
    run.shards(directory);
    try (StepRunner steps =
        new ResidentSteps(
            SPARK, wide(run), run.sources(SPARK, directory), StepSettings.from(SPARK.conf()), 2)) {
      assertAllocatesLittle(run, steps);
    }
  }

  @Test
  void run_inProcess_allocatesNoArrayOfTheParametersSize() {
    SmallRun run = SmallRun.of(4);
    try (StepRunner steps = new InProcessSteps(wide(run), run.shards(directory), 2)) {
      assertAllocatesLittle(run, steps);
    }
  }

  private static void assertAllocatesLittle(SmallRun run, StepRunner steps) {
    RunSpec spec = wide(run);
    float[] values = new float[spec.network().layout().size()];
    spec.network().initialize(SmallRun.SEED, values);
    int perEpoch = spec.batchPlan().stepsPerEpoch();
    long least = Long.MAX_VALUE;
    for (int window = 0; window < MAX_WINDOWS && least > MAX_BYTES_A_STEP; window++) {
      Map<Long, Long> before = allocated();
      for (int i = 0; i < STEPS; i++) {
        int step = window * STEPS + i;
        steps.run(new StepId(step, step / perEpoch, step % perEpoch), new Weights(step, values));
      }
      long bytes =
          allocated().entrySet().stream()
              .mapToLong(each -> each.getValue() - before.getOrDefault(each.getKey(), 0L))
              .sum();
      least = Math.min(least, bytes / STEPS);
    }
    assertTrue(least <= MAX_BYTES_A_STEP, least + " bytes a step");
  }

  /** By each thread of this process. */
  private static Map<Long, Long> allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<Long, Long> bytes = new HashMap<>();
    for (long id : threads.getAllThreadIds()) {
      bytes.put(id, Math.max(0, threads.getThreadAllocatedBytes(id)));
    }
    return bytes;
  }

  private static RunSpec wide(SmallRun run) {
    Initializer kernel = new Initializer.GlorotUniform();
    Initializer bias = new Initializer.Zeros();
    NetworkSpec network =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(5)),
            List.of(
                new Dense(UNITS, new Activation.Relu(), kernel, bias, true),
                new Dense(3, new Activation.Identity(), kernel, bias, true)));
    return new RunSpec(
        network,
        SmallRun.SCHEMA,
        run.losses().get(0),
        List.of(new Accuracy()),
        Numerics.PORTABLE,
        SmallRun.SEED,
        run.rows(),
        run.batchSize(),
        run.microShards());
  }
}
