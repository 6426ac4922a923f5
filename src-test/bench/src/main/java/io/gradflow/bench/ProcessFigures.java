package io.gradflow.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import scala.runtime.AbstractFunction1;

/** What processes hold, as far as the JVM and Linux tell. */
final class ProcessFigures {
  private ProcessFigures() {}

  /**
   * Of this process after a collection: heap, resident memory, threads, open files, Spark's blocks
   * and the broadcasts among them.
   */
  static String driver() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return String.format(
        Locale.ROOT,
        "%.1f MB heap, %s, %d files, %d blocks (%d of broadcasts)",
        heap / 1e6,
        status("self"),
        files("self"),
        blocks(false),
        blocks(true));
  }

  /** The same of each executor process, but for heap and blocks. */
  static String executors() throws IOException {
    StringBuilder text = new StringBuilder();
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      String pid = Long.toString(child.pid());
      if (Files.exists(Path.of("/proc", pid, "status"))) {
        text.append("; executor ").append(pid).append(": ").append(status(pid));
        text.append(", ").append(files(pid)).append(" files");
      }
    }
    return text.toString();
  }

  private static String status(String process) throws IOException {
    Path status = Path.of("/proc", process, "status");
    if (!Files.exists(status)) {
      return "resident memory unknown";
    }
    try (Stream<String> lines = Files.lines(status)) {
      return String.join(
          ", ",
          lines
              .filter(line -> line.startsWith("VmRSS:") || line.startsWith("Threads:"))
              .map(line -> line.replaceAll("\\s+", " "))
              .toList());
    }
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

  private static int blocks(boolean broadcasts) {
    return SparkEnv.get().blockManager().getMatchingBlockIds(new Kind(broadcasts)).size();
  }

  private static final class Kind extends AbstractFunction1<BlockId, Object> {
    private final boolean broadcasts;

    Kind(boolean broadcasts) {
      this.broadcasts = broadcasts;
    }

    @Override
    public Object apply(BlockId id) {
      return !broadcasts || id.isBroadcast();
    }
  }
}
