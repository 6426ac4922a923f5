package io.gradflow.worker.task;

import io.gradflow.common.data.PackedShard;
import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.common.message.Weights;
import io.gradflow.worker.channel.StepChannel;
import io.gradflow.worker.replica.InstalledWeights;
import io.gradflow.worker.replica.ReplicaPool;
import io.gradflow.worker.replica.StepCompute;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What a resident task does: joins, carries out the driver's commands one after the other, and
 * reports each with what came of it. Every wait is bounded: a task that hears nothing asks again,
 * and may be told the same command again, with the same result.
 */
public final class ResidentLoop {
  /** How long to wait for weights that a neighbour brings before asking for them. */
  private static final long NEIGHBOUR_MILLIS = 3000;

  /**
   * Who the task is.
   *
   * @param lease it belongs to
   * @param slot its partition
   * @param attempt of two for one slot the larger is the newer
   */
  public record Place(long lease, int slot, long attempt) {}

  private final ReplicaPool pool;
  private final InstalledWeights installed;
  private final StepChannel channel;
  private final LeaseShards shards;
  private final Place place;
  private final int threads;

  private long completed = TaskReport.NOTHING;
  private long waitNanos;

  public ResidentLoop(
      ReplicaPool pool, StepChannel channel, LeaseShards shards, Place place, int threads) {
    this.pool = pool;
    this.installed = pool.installed();
    this.channel = channel;
    this.shards = shards;
    this.place = place;
    this.threads = threads;
  }

  /**
   * Stays until told to leave.
   *
   * @return false if a newer attempt has taken this one's place
   * @throws InterruptedException if the task is being killed
   */
  public boolean run() throws InterruptedException {
    // Not closed when a command fails or the task is killed: the driver may still be adding up
    // what was sent in these arrays, so they must not go to another task.
    StepCompute compute = new StepCompute(pool, shards.from(), shards.to(), threads);
    List<SubtreeSum> lent = List.of();
    TaskReport report = report(Optional.empty(), Optional.empty());
    while (true) {
      long waiting = System.nanoTime();
      StepCommand command = channel.exchange(report);
      waitNanos += System.nanoTime() - waiting;
      switch (command.kind()) {
        case GRADIENT, EVALUATE, NON_FINITE -> {
          boolean there = isThere(command);
          long start = System.nanoTime();
          Weights weights = there ? weights(command) : null;
          if (weights == null) {
            report = report(Optional.empty(), Optional.empty());
          } else {
            compute.giveBack(lent);
            long computing = System.nanoTime();
            Optional<String> culprit = Optional.empty();
            switch (command.kind()) {
              case GRADIENT -> lent = compute.gradient(command.id(), weights, rows(command));
              case EVALUATE -> lent = compute.evaluate(weights, rows(command));
              default -> {
                lent = List.of();
                culprit = compute.nonFinite(command.id(), weights, rows(command));
              }
            }
            TaskTimings timings =
                new TaskTimings(computing - start, System.nanoTime() - computing, waitNanos);
            waitNanos = 0;
            completed = command.number();
            StepSums sums =
                new StepSums(command.version(), shards.from(), shards.to(), lent, timings);
            report = report(Optional.of(sums), culprit);
          }
        }
        case WAIT -> report = report(Optional.empty(), Optional.empty());
        case LEAVE -> {
          compute.giveBack(lent);
          compute.close();
          return true;
        }
        case SUPERSEDED -> {
          return false;
        }
      }
    }
  }

  /** Waits for weights that may only be announced; whether they are there. */
  private boolean isThere(StepCommand command) throws InterruptedException {
    if (command.block().isEmpty()) {
      return true;
    }
    long waiting = System.nanoTime();
    boolean there = channel.await(command.block().get(), command.version());
    waitNanos += System.nanoTime() - waiting;
    if (!there) {
      installed.abandon(command.version());
    }
    return there;
  }

  private IntFunction<PackedShard> rows(StepCommand command) {
    return shards.group(command.split())::shard;
  }

  private TaskReport report(Optional<StepSums> sums, Optional<String> culprit) {
    return new TaskReport(
        place.lease(),
        place.slot(),
        place.attempt(),
        channel.executorId(),
        channel.sharesFiles(),
        installed.version(),
        completed,
        sums,
        Optional.<BlockRef>empty(),
        culprit);
  }

  /** The weights to use, or null if they are not to be had: then ask again. */
  private Weights weights(StepCommand command) throws InterruptedException {
    if (command.weights().isPresent()) {
      Weights weights = command.weights().get();
      installed.install(weights.version(), weights.values());
      return weights;
    }
    if (command.block().isPresent()) {
      float[] values = installed.replace(pool.spec().network().layout().size());
      if (!channel.fetch(command.block().get(), command.version(), values)) {
        return null;
      }
      installed.install(command.version(), values);
      return new Weights(command.version(), values);
    }
    float[] values = installed.await(command.version(), NEIGHBOUR_MILLIS);
    return values == null ? null : new Weights(command.version(), values);
  }
}
