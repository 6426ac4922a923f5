package io.gradflow.driver.cli;

import io.gradflow.driver.run.StopRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.hadoop.service.launcher.IrqHandler;

/**
 * What {@code kill}, Ctrl-C and a cluster's preemption mean for a run: the first signal asks it to
 * stop, a second Ctrl-C ends the process at once. A signal that the JVM does not give away (as
 * under {@code -Xrs}) keeps its own meaning.
 */
final class Signals implements AutoCloseable {
  private static final int SIGNALLED = 128;

  private final StopRequest stop;
  private final Consumer<String> say;
  private final AtomicInteger interrupts = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param stop is asked
   * @param say tells the user so
   */
  Signals(StopRequest stop, Consumer<String> say) {
    this.stop = stop;
    this.say = say;
  }

  /** Listens from now on. */
  void listen() {
    for (String name : List.of(IrqHandler.CONTROL_C, IrqHandler.SIGTERM)) {
      try {
        new IrqHandler(name, signal -> on(signal.getName(), signal.getNumber())).bind();
      } catch (IllegalArgumentException e) {
        say.accept(name + " ends the run without a checkpoint: " + e.getMessage());
      }
    }
  }

  private void on(String name, int number) {
    if (closed) {
      // The run is over: as if nobody listened.
      Runtime.getRuntime().exit(SIGNALLED + number);
    }
    boolean again = name.equals(IrqHandler.CONTROL_C) && interrupts.incrementAndGet() > 1;
    if (again) {
      Runtime.getRuntime().halt(SIGNALLED + number);
    }
    say.accept(
        "SIG"
            + name
            + ": the run finishes its step, saves its state and stops"
            + (name.equals(IrqHandler.CONTROL_C) ? "; once more to end at once" : ""));
    stop.request();
  }

  @Override
  public void close() {
    closed = true;
  }
}
