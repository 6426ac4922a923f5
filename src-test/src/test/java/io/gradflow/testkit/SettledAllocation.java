package io.gradflow.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;

/**
 * What code allocates once it is compiled; until then the JVM boxes vectors. Most reliable in a JVM
 * of its own: in one that has run much else, profiles of loops are such that the compiler may leave
 * some boxed.
 */
public final class SettledAllocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private SettledAllocation() {}

  /**
   * Bytes that {@code passes} passes allocate on this thread, measured anew until they are no more
   * than {@code enough} or so much time has gone. Compilation happens in the background, so give it
   * some.
   */
  public static long bytesWithinMs(long patienceMs, long enough, int passes, Runnable pass) {
    long deadline = System.nanoTime() + patienceMs * 1_000_000;
    return bytes(() -> System.nanoTime() < deadline, enough, passes, pass);
  }

  /** As {@link #bytesWithinMs}, measured at most {@code rounds} times. */
  public static long bytesWithinRounds(int rounds, long enough, int passes, Runnable pass) {
    int[] done = {0};
    return bytes(() -> ++done[0] < rounds, enough, passes, pass);
  }

  private static long bytes(BooleanSupplier isPatient, long enough, int passes, Runnable pass) {
    long thread = Thread.currentThread().getId();
    long bytes;
    do {
      long before = THREADS.getThreadAllocatedBytes(thread);
      for (int i = 0; i < passes; i++) {
        pass.run();
      }
      bytes = THREADS.getThreadAllocatedBytes(thread) - before;
    } while (bytes > enough && isPatient.getAsBoolean());
    return bytes;
  }
}
