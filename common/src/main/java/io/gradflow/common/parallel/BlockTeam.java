package io.gradflow.common.parallel;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Shares blocks of work between the calling thread and whatever helpers turn up: each takes the
 * next block until none is left. The caller does what nobody else has taken, so it never waits for
 * a helper that has not started.
 *
 * <p>A helper may come late, even in a later run: it then finds nothing to take or lends a hand
 * there. Blocks are counted down, so a late look at an empty count can take nothing, and the count
 * is set again only after every block taken has been finished.
 *
 * <p>Runs are one thread's at a time. A run allocates nothing.
 */
public final class BlockTeam {
  /** Floats of a block: 256 kB, some tens of microseconds. */
  public static final int BLOCK_FLOATS = 1 << 16;

  /** Work on a part of an array. */
  @FunctionalInterface
  public interface Range {
    /** Does floats {@code from} to {@code from + count - 1}. */
    void accept(int from, int count);
  }

  private static final int MAX_SPINS = 10_000;
  private static final Executor NOBODY = task -> {};

  private final int threads;
  private final Executor helpers;
  private final AtomicInteger untaken = new AtomicInteger();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final Runnable helper = this::work;
  private volatile Throwable failure;
  private IntConsumer work;

  private final IntConsumer rangeBlock = this::rangeBlock;
  private int floats;
  private Range range;

  /**
   * @param threads that work at once, the caller's included
   * @param helpers takes part as far as it has threads to spare, and may be busy or of any size
   * @throws IllegalArgumentException if there is not even the caller
   */
  public BlockTeam(int threads, Executor helpers) {
    if (threads < 1) {
      throw new IllegalArgumentException("a team of " + threads + " threads; expected at least 1");
    }
    this.threads = threads;
    this.helpers = helpers;
  }

  /** The caller without help. */
  public static BlockTeam alone() {
    return new BlockTeam(1, NOBODY);
  }

  /**
   * Has every block done, once, in any order.
   *
   * @param blocks to do, from 0 on
   * @throws IllegalStateException if a block fails; the others are done
   */
  public void run(int blocks, IntConsumer block) {
    work = block;
    failure = null;
    unfinished.set(blocks);
    untaken.set(blocks);
    for (int i = 1; i < Math.min(threads, blocks); i++) {
      helpers.execute(helper);
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
      throw new IllegalStateException("a block of work has failed: " + failure, failure);
    }
  }

  /**
   * Has so many floats gone over, each once, in blocks of {@link #BLOCK_FLOATS}, in any order.
   *
   * @throws IllegalStateException if a block fails; the others are done
   */
  public void overFloats(int count, Range each) {
    floats = count;
    range = each;
    run((int) (((long) count + BLOCK_FLOATS - 1) / BLOCK_FLOATS), rangeBlock);
  }

  private void rangeBlock(int block) {
    int from = block * BLOCK_FLOATS;
    range.accept(from, Math.min(BLOCK_FLOATS, floats - from));
  }

  private void work() {
    for (int block = take(); block >= 0; block = take()) {
      try {
        work.accept(block);
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
