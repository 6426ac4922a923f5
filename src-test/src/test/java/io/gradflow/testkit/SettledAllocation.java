package io.gradflow.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What code allocates once it is compiled; until then the JVM boxes vectors. For a JVM of its own:
 * in one that has run much else, profiles of loops are such that the compiler leaves some boxed.
 */
public final class SettledAllocation {
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final int PASSES = 20;

  private SettledAllocation() {}

  /**
   * Bytes that 20 passes allocate on this thread, once they are no more than {@code enough} or
   * patience is over.
   */
  public static long bytesOf20(long enough, Runnable pass) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long bytes;
    do {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < PASSES; i++) {
        pass.run();
      }
      bytes = threads.getThreadAllocatedBytes(thread) - before;
    } while (bytes > enough && System.nanoTime() < deadline);
    return bytes;
  }
}
