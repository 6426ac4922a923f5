package io.gradflow.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.function.Executable;

/** Files that say of themselves to be longer than any memory. */
public final class Refusal {
  /** Far below what any of the lies asks for, far above what a message takes. */
  private static final long MAX_BYTES = 16 << 20;

  private Refusal() {}

  /**
   * Requires that reading fails, and asks for little memory before.
   *
   * @param text of the message, among others
   */
  public static void isCheap(Class<? extends Exception> type, String text, Executable reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Exception refused = assertThrows(type, reading);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(refused.getMessage().contains(text), refused.getMessage());
    assertTrue(bytes < MAX_BYTES, bytes + " bytes were allocated before: " + refused.getMessage());
  }
}
