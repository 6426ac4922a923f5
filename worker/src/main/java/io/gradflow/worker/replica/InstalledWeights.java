package io.gradflow.worker.replica;

import java.util.concurrent.TimeUnit;

/**
 * The weights that all tasks of one process read: brought by one of them, awaited by its
 * neighbours. Safe for several threads.
 *
 * <p>The array is overwritten when newer weights come. That is safe because the driver sends them
 * only once all tasks that count have answered with their sums; what a task that no longer counts
 * computes meanwhile is dropped.
 */
public final class InstalledWeights {
  private long version = -1;
  private long abandoned = -1;
  private float[] values = {};

  /** The version that is here, -1 if none. */
  public synchronized long version() {
    return version;
  }

  /** Installs an array, which is owned from then on. */
  public synchronized void install(long newVersion, float[] newValues) {
    version = newVersion;
    values = newValues;
    abandoned = -1;
    notifyAll();
  }

  /**
   * The array to bring newer weights into; nothing counts as installed until {@link #install}.
   *
   * @param size floats of the flat vector
   */
  public synchronized float[] replace(int size) {
    version = -1;
    if (values.length != size) {
      values = new float[size];
    }
    return values;
  }

  /**
   * Says that a version will not come from whoever was to bring it, so that nobody waits for it.
   */
  public synchronized void abandon(long unavailable) {
    abandoned = unavailable;
    notifyAll();
  }

  /**
   * Waits for a version that somebody else brings.
   *
   * @return the weights, or null if they have not come in time or are abandoned: then ask for them
   */
  public synchronized float[] await(long wanted, long timeoutMs) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (version != wanted) {
      long left = deadline - System.nanoTime();
      if (left <= 0 || abandoned == wanted) {
        return null;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return values;
  }
}
