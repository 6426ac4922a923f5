package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import scala.runtime.AbstractFunction1;

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
              "%,9d steps, median %.4f ms, worst %.1f ms; driver: %s, %d blocks, trainer's thread"
                  + " allocated %,d bytes a step%s%n",
              (long) interval * millis.length,
              millis[millis.length / 2],
              millis[millis.length - 1],
              ours(),
              SparkEnv.get().blockManager().getMatchingBlockIds(new Every()).size(),
              allocated / millis.length,
              executors());
        }
        System.out.println(resident.evidence());
      }
    }
  }

  private static final class Every extends AbstractFunction1<BlockId, Object> {
    @Override
    public Object apply(BlockId id) {
      return true;
    }
  }

  /** By the calling thread, which is the trainer's. */
  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static String ours() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return String.format(
        Locale.ROOT,
        "%.1f MB heap, %d threads, %d files",
        heap / 1e6,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        files("self"));
  }

  private static String executors() throws IOException {
    StringBuilder text = new StringBuilder();
    List<ProcessHandle> children = ProcessHandle.current().children().toList();
    for (ProcessHandle child : children) {
      String pid = Long.toString(child.pid());
      Path status = Path.of("/proc", pid, "status");
      if (Files.exists(status)) {
        text.append("; executor ").append(pid).append(": ");
        try (Stream<String> lines = Files.lines(status)) {
          text.append(
              String.join(
                  ", ",
                  lines
                      .filter(line -> line.startsWith("VmRSS:") || line.startsWith("Threads:"))
                      .map(line -> line.replaceAll("\\s+", " "))
                      .toList()));
        }
        text.append(", ").append(files(pid)).append(" files");
      }
    }
    return text.toString();
  }

  private static long files(String process) throws IOException {
    Path folder = Path.of("/proc", process, "fd");
    if (!Files.isDirectory(folder)) {
      return -1;
    }
    try (Stream<Path> open = Files.list(folder)) {
      return open.count();
    }
  }
}
