package io.gradflow.driver.checkpoint;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.driver.train.CheckpointSpec;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints written while training goes on: a step waits for a copy of the state in memory, a
 * thread writes the copy. One write is under way at most; what falls due meanwhile is taken at the
 * first step after it, unless the run may have to go back, when the step waits.
 *
 * <p>A write that fails is reported and the next one due is tried; the third in a row ends the run.
 */
public final class BackgroundCheckpoints implements StateKeeper, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundCheckpoints.class);
  private static final int MAX_FAILURES = 3;

  private final CheckpointStore store;
  private final CheckpointSpec spec;
  private final RunIdentity run;
  private final ParamLayout layout;
  private final SortedMap<String, float[]> optimizer;
  private final boolean exact;
  private final Runnable requireOwnership;
  private final LongSupplier nanoTime;
  private final long intervalNanos;
  private final Snapshot snapshot = new Snapshot();

  private FutureTask<Long> writing;
  private Made due;
  private long dueStep;
  private boolean dueBest;
  private long takenNanos;
  private long newestStep;
  private int failures;

  private long written;
  private long pauseNanos;
  private final AtomicLong writeNanos = new AtomicLong();

  /**
   * @param optimizer the optimizer's state, for names and lengths
   * @param exact whether every checkpoint by steps and epochs must be made where it is due, since
   *     the run may go back to it
   * @param requireOwnership throws if the output belongs to another run by now
   * @param resumedFrom the step of the checkpoint in the store that the run goes on from; -1
   *     without one
   * @param nanoTime {@code System::nanoTime}
   */
  public BackgroundCheckpoints(
      CheckpointStore store,
      CheckpointSpec spec,
      RunIdentity run,
      ParamLayout layout,
      SortedMap<String, float[]> optimizer,
      boolean exact,
      Runnable requireOwnership,
      long resumedFrom,
      LongSupplier nanoTime) {
    this.store = store;
    this.spec = spec;
    this.run = run;
    this.layout = layout;
    this.optimizer = optimizer;
    this.exact = exact;
    this.requireOwnership = requireOwnership;
    this.newestStep = resumedFrom;
    this.nanoTime = nanoTime;
    this.intervalNanos =
        spec.minutes()
            .map(minutes -> (long) (minutes * TimeUnit.MINUTES.toNanos(1)))
            .orElse(Long.MAX_VALUE);
    this.takenNanos = nanoTime.getAsLong();
  }

  @Override
  public boolean isDueAfterStep(long step) {
    if (spec.everySteps().isPresent() && step % spec.everySteps().get() == 0) {
      setDue(Made.STEP, step, false);
    } else if (nanoTime.getAsLong() - takenNanos >= intervalNanos && due == null) {
      setDue(Made.TIME, step, false);
    }
    return isDue();
  }

  @Override
  public boolean isDueAfterEpoch(long step, int epoch, boolean best) {
    boolean keptBest = spec.keepBest() && best;
    if (keptBest || (spec.everyEpochs().isPresent() && epoch % spec.everyEpochs().get() == 0)) {
      setDue(Made.EPOCH, step, best);
      return isDue();
    }
    return isDueAfterStep(step);
  }

  private void setDue(Made made, long step, boolean best) {
    due = made;
    dueStep = step;
    dueBest = best;
  }

  private boolean isDue() {
    if (writing != null && writing.isDone()) {
      settle();
    }
    return due != null && (exact || dueBest || writing == null);
  }

  @Override
  public void keep(TrainingState state) {
    long start = System.nanoTime();
    settle();
    Made made = state.step() == 0 ? Made.START : dueStep == state.step() ? due : Made.TIME;
    begin(state, made, dueBest && dueStep == state.step());
    pauseNanos += System.nanoTime() - start;
  }

  @Override
  public void keepLast(TrainingState state) {
    settle();
    if (state.step() == newestStep) {
      return;
    }
    begin(state, Made.STOP, false);
    Optional<Exception> failure = await();
    if (failure.isPresent()) {
      throw failed(failure.get());
    }
  }

  @Override
  public Optional<TrainingState> goBack() {
    settle();
    try {
      Optional<Checkpoint> back =
          store.newest(manifest -> manifest.made().isRegular(), reason -> LOG.warn("{}", reason));
      if (back.isEmpty()) {
        return Optional.empty();
      }
      TrainingState state = back.get().read(layout, optimizer);
      store.deleteAfter(state.step());
      newestStep = state.step();
      return Optional.of(state);
    } catch (IOException e) {
      throw new UncheckedIOException("going back to a checkpoint: " + e.getMessage(), e);
    }
  }

  /** Waits for the write under way, so that the last checkpoint is whole or not there. */
  @Override
  public void close() {
    await()
        .ifPresent(
            e -> LOG.warn("the last checkpoint was not written: {}", Redaction.text(e.toString())));
  }

  /** Checkpoints written. */
  public long written() {
    return written;
  }

  /** What training has waited for copies, and for writes under way, in all. */
  public double pauseMillis() {
    return pauseNanos / 1e6;
  }

  /** What writing took in the background, in all. */
  public double writeMillis() {
    return writeNanos.get() / 1e6;
  }

  private void begin(TrainingState state, Made made, boolean best) {
    due = null;
    takenNanos = nanoTime.getAsLong();
    TrainingState copy = snapshot.of(state);
    writing =
        new FutureTask<>(
            () -> {
              long start = System.nanoTime();
              store.write(copy, made, best, run, layout, requireOwnership);
              store.prune(spec.keep(), spec.keepBest());
              writeNanos.addAndGet(System.nanoTime() - start);
              return copy.step();
            });
    Thread thread = new Thread(writing, "gradflow-checkpoint");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for the write under way and takes note of how it went. */
  private void settle() {
    Optional<Exception> failure = await();
    if (failure.isEmpty()) {
      return;
    }
    failures++;
    LOG.warn(
        "a checkpoint was not written ({} in a row): {}",
        failures,
        Redaction.text(failure.get().toString()));
    boolean lost =
        failure.get() instanceof GradflowException known && known.code() == ExitCode.OUTPUT_BLOCKED;
    if (lost || failures == MAX_FAILURES) {
      throw failed(failure.get());
    }
  }

  private Optional<Exception> await() {
    if (writing == null) {
      return Optional.empty();
    }
    try {
      newestStep = writing.get();
      written++;
      failures = 0;
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      return Optional.of((Exception) e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          new CancellationException("interrupted while a checkpoint was written");
      cancelled.initCause(e);
      throw cancelled;
    } finally {
      writing = null;
    }
  }

  private RuntimeException failed(Exception cause) {
    if (cause instanceof GradflowException known) {
      return new GradflowException(known.code(), known.getMessage(), cause);
    }
    String newest = newestStep < 0 ? "there is none" : CheckpointStore.name(newestStep);
    return new GradflowException(
        ExitCode.IO,
        "checkpoints cannot be written to "
            + store.location("")
            + ": "
            + cause.getMessage()
            + "; the newest one: "
            + newest
            + ". Make room or choose another output, then resume",
        cause);
  }
}
