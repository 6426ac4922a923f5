package io.gradflow.worker.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.augment.Mixup;
import io.gradflow.common.augment.Noise;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.worker.replica.Assembly.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAheadTest {
  @TempDir private Path directory;

  @Test
  void gradient_readAhead_sameBitsInAnyChunksAndOnAnyThreads() {
    SmallRun run = new SmallRun(4, 103, 20, 0.02);
    List<PackedShard> shards = run.shards(directory, Split.TRAIN);
    List<float[]> expected = gradients(spec(run, 100), shards, ReadAhead.When.NEVER, 1);
    for (int rowsAtOnce : new int[] {1, 3, 100}) {
      for (int threads : new int[] {1, 3}) {
        List<float[]> ahead =
            gradients(spec(run, rowsAtOnce), shards, ReadAhead.When.ALWAYS, threads);
        for (int step = 0; step < expected.size(); step++) {
          assertArrayEquals(
              expected.get(step), ahead.get(step), "step " + step + ", rows " + rowsAtOnce);
        }
      }
    }
  }

  @Test
  void take_whatWasGuessed_isAssembledByTheHelperOnly() {
    SmallRun run = new SmallRun(2, 103, 20, 0.02);
    PackedShard shard = run.shards(directory, Split.TRAIN).get(0);
    AtomicInteger helped = new AtomicInteger();
    ReadAhead data =
        new ReadAhead(
            assembly(run),
            assembly(run),
            task -> {
              helped.incrementAndGet();
              task.run();
            },
            () -> true,
            ReadAhead.When.ALWAYS);
    Part first = new Part(0, 0, 0, 0, shard);
    Part second = new Part(0, 1, 0, 0, shard);
    float[] expected = data.take(second).batch().input(0).clone();
    data.take(first);
    data.start(second);
    Assembly ahead = data.take(second);
    assertTrue(ahead.holds(second));
    assertArrayEquals(expected, ahead.batch().input(0));
    assertEquals(1, helped.get());
    // A wrong guess: the part that is wanted all the same.
    data.start(first);
    assertArrayEquals(expected, data.take(second).batch().input(0));
  }

  @Test
  void take_afterTheHelperFailedOrWasShut_assemblesItself() {
    SmallRun run = new SmallRun(2, 103, 20, 0.02);
    PackedShard shard = run.shards(directory, Split.TRAIN).get(0);
    PackedShard closed = run.shards(directory, Split.TRAIN).get(0);
    closed.close();
    ReadAhead data =
        new ReadAhead(
            assembly(run), assembly(run), Runnable::run, () -> true, ReadAhead.When.ALWAYS);
    data.start(new Part(0, 1, 0, 0, closed));
    assertTrue(data.take(new Part(0, 1, 0, 0, shard)).count() > 0);
    ReadAhead shut =
        new ReadAhead(
            assembly(run),
            assembly(run),
            task -> {
              throw new RejectedExecutionException("shut");
            },
            () -> true,
            ReadAhead.When.ALWAYS);
    shut.start(new Part(0, 1, 0, 0, shard));
    assertTrue(shut.take(new Part(0, 1, 0, 0, shard)).count() > 0);
  }

  /** Assembling that takes no time next to computing is not worth a thread. */
  @Test
  void pays_noIdleCoreOrNoTimeToGain_doesNot() throws InterruptedException {
    SmallRun run = new SmallRun(2, 103, 20, 0.02);
    PackedShard shard = run.shards(directory, Split.TRAIN).get(0);
    ReadAhead busy =
        new ReadAhead(
            assembly(run), assembly(run), Runnable::run, () -> false, ReadAhead.When.WHEN_IT_PAYS);
    ReadAhead idle =
        new ReadAhead(
            assembly(run), assembly(run), Runnable::run, () -> true, ReadAhead.When.WHEN_IT_PAYS);
    for (int step = 0; step < 6; step++) {
      busy.take(new Part(0, step, 0, 0, shard));
      idle.take(new Part(0, step, 0, 0, shard));
    }
    // Nothing is computed between: assembling is all that takes time.
    assertTrue(idle.pays());
    for (int step = 0; step < 40; step++) {
      idle.take(new Part(0, step % 6, 0, 0, shard));
      Thread.sleep(5);
    }
    assertTrue(!idle.pays());
  }

  private static RunSpec spec(SmallRun run, int rowsAtOnce) {
    RunSpec plain = run.spec();
    return new RunSpec(
        plain.network(),
        plain.schema(),
        plain.outputs(),
        plain.numerics(),
        plain.seed(),
        plain.rows(),
        plain.batchSize(),
        plain.microShards(),
        Optional.of(rowsAtOnce),
        List.of(new Noise(0.1f, "x"), new Mixup(0.4)),
        Optional.of(10));
  }

  private static Assembly assembly(SmallRun run) {
    RunSpec spec = run.spec();
    return new Assembly(
        spec.batchPlan(),
        new io.gradflow.common.augment.Augmentation(List.of(), spec.schema(), 1),
        new MiniBatch(spec.schema(), 20));
  }

  /** Of two epochs, the first micro-shards' subtree of each step. */
  private static List<float[]> gradients(
      RunSpec spec, List<PackedShard> shards, ReadAhead.When when, int threads) {
    List<float[]> gradients = new ArrayList<>();
    float[] weights = new float[spec.network().layout().size()];
    spec.network().initialize(5, weights);
    try (ReplicaPool pool = new ReplicaPool(spec, when);
        StepCompute compute = new StepCompute(pool, 0, 4, threads)) {
      int steps = spec.batchPlan().stepsPerEpoch();
      for (int step = 0; step < 2 * steps; step++) {
        List<SubtreeSum> sums =
            compute.gradient(
                new StepId(step, step / steps, step % steps), new Weights(0, weights), shards::get);
        assertEquals(1, sums.size());
        gradients.add(sums.get(0).gradientSum().clone());
        compute.giveBack(sums);
        if (step == steps) {
          compute.giveBack(compute.evaluate(new Weights(0, weights), shards::get));
        }
      }
      assertTrue(pool.dataShare() > 0 && pool.dataShare() < 1);
    }
    return gradients;
  }
}
