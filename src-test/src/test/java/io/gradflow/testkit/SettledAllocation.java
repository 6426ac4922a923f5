package io.gradflow.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * What code allocates once it is compiled; until then the JVM boxes vectors. Most reliable in a JVM
 * of its own: in one that has run much else, profiles of loops are such that the compiler may leave
 * some boxed.
 */
public final class SettledAllocation {
  /** The compiler works in the background, behind whatever else a busy machine has to do. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private SettledAllocation() {}

  /**
   * Bytes that {@code passes} passes allocate on this thread, measured anew until they are no more
   * than {@code enough} or patience ends.
   */
  public static long bytes(long enough, int passes, Runnable pass) {
    long thread = Thread.currentThread().getId();
    long start = System.nanoTime();
    long bytes;
    do {
      long before = THREADS.getThreadAllocatedBytes(thread);
      for (int i = 0; i < passes; i++) {
        pass.run();
      }
      bytes = THREADS.getThreadAllocatedBytes(thread) - before;
    } while (bytes > enough && System.nanoTime() - start < PATIENCE_NANOS);
    return bytes;
  }
}
