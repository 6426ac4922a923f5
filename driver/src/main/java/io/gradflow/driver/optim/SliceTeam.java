package io.gradflow.driver.optim;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Shares the slices of a stage between the calling thread and whatever helpers turn up: each takes
 * the next block of slices until none is left. The caller does what nobody else has taken, so it
 * never waits for a helper that has not started.
 *
 * <p>A helper may come late, even in a later stage or step: it then finds nothing to take or lends
 * a hand there. Blocks are counted down, so a late look at an empty count can take nothing, and the
 * count is set again only after every block taken has been finished.
 */
final class SliceTeam {
  /** Slices a block: up to 65,536 floats, some tens of microseconds. */
  private static final int BLOCK = 16;

  private static final int MAX_SPINS = 10_000;

  private final Chain chain;
  private final int blocks;
  private final AtomicInteger untaken = new AtomicInteger();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final Runnable helper = this::work;
  private volatile Throwable failure;
  private int stage;

  SliceTeam(Chain chain) {
    this.chain = chain;
    this.blocks = (chain.slices() + BLOCK - 1) / BLOCK;
  }

  void run(int stage, int threads, Executor executor) {
    this.stage = stage;
    failure = null;
    unfinished.set(blocks);
    untaken.set(blocks);
    for (int i = 1; i < Math.min(threads, blocks); i++) {
      executor.execute(helper);
    }
    work();
    for (int spins = 0; unfinished.get() > 0; spins++) {
      // A block takes microseconds, unless the core that a helper ran on was taken from it.
      if (spins < MAX_SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(20_000);
      }
    }
    if (failure != null) {
      throw new IllegalStateException("optimizer failed on a helping thread", failure);
    }
  }

  private void work() {
    for (int block = take(); block >= 0; block = take()) {
      try {
        chain.run(stage, block * BLOCK, Math.min(chain.slices(), (block + 1) * BLOCK));
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        unfinished.decrementAndGet();
      }
    }
  }

  private int take() {
    return untaken.get() <= 0 ? -1 : untaken.decrementAndGet();
  }
}
