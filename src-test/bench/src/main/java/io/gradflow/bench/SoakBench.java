package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Many steps of the small network by resident tasks; at ten intervals what the driver's process
 * holds after a collection (heap, threads, blocks, open files), what it has allocated a step, and
 * the same of each executor process as far as Linux tells (resident memory, threads, open files).
 *
 * <p>Arguments: the master, {@code local[2]} unless given; the steps, 200,000 unless given.
 */
public final class SoakBench {
  private static final int INTERVALS = 10;

  private SoakBench() {}

  public static void main(String[] args) throws IOException {
    String master = args.length > 0 ? args[0] : "local[2]";
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 200_000;
    try (SparkRig rig = new SparkRig(master, Workload.SMALL)) {
      RunSpec run = rig.run(Numerics.PORTABLE);
      try (GradflowStep resident =
          new GradflowStep("resident tasks", run, rig.residentSteps(run), 1)) {
        for (int interval = 1; interval <= INTERVALS; interval++) {
          long allocated = allocatedBytes();
          double[] millis = new double[steps / INTERVALS];
          for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            resident.step();
            millis[i] = (System.nanoTime() - start) * 1e-6;
          }
          allocated = allocatedBytes() - allocated;
          Arrays.sort(millis);
          System.out.printf(
              Locale.ROOT,
              "%,9d steps, median %.4f ms, worst %.1f ms; driver: %s, trainer's thread allocated"
                  + " %,d bytes a step%s%n",
              (long) interval * millis.length,
              millis[millis.length / 2],
              millis[millis.length - 1],
              ProcessFigures.driver(),
              allocated / millis.length,
              ProcessFigures.executors());
        }
        System.out.println(resident.evidence());
      }
    }
  }

  /** By the calling thread, which is the trainer's. */
  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
