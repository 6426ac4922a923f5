package io.gradflow.bench;

import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes that the heap is asked for in a step at steady state, by all threads of the driver's
 * process and of each executor's: a fraction of the parameters' size where no array of that size is
 * made. As the JVMs' own thread dumps have it ({@code jcmd Thread.print -e}).
 */
public final class AllocationBench {
  private static final Pattern ALLOCATED = Pattern.compile(" allocated=([0-9]+)([BKMG]) ");

  /** Large enough for arrays to leave the messages, small enough to take milliseconds. */
  private static final int UNITS = 64_000;

  /** More than the first lease has, after which tasks make their buffers anew. */
  private static final int WARM_UP_STEPS = 150;

  private static final int STEPS = 100;

  private AllocationBench() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Workload workload = Workload.wide(UNITS);
    System.out.printf(
        Locale.ROOT,
        "%n%s: %,d bytes of parameters%n",
        workload.title(),
        4L * workload.parameters());
    measure("local[2]", workload, true);
    measure("local-cluster[2,1,1024]", workload, true);
    measure("local-cluster[2,1,1024]", workload, false);
  }

  private static void measure(String master, Workload workload, boolean files)
      throws IOException, InterruptedException {
    try (SparkRig rig = new SparkRig(master, Workload.EMPTY, files)) {
      RunSpec run = rig.run(workload);
      try (GradflowStep steps = new GradflowStep("resident", run, rig.residentSteps(run), 2)) {
        run(steps, WARM_UP_STEPS);
        List<Long> processes = processes();
        List<Long> before = allocated(processes);
        run(steps, STEPS);
        List<Long> after = allocated(processes);
        for (int i = 0; i < processes.size(); i++) {
          System.out.printf(
              Locale.ROOT,
              "  %s, arrays by %s: %s allocates %,d bytes a step%n",
              master,
              files ? "files" : "blocks",
              i == 0 ? "the driver's process" : "executor process " + i,
              (after.get(i) - before.get(i)) / STEPS);
        }
      }
    }
  }

  private static void run(GradflowStep steps, int count) {
    for (int i = 0; i < count; i++) {
      steps.step();
    }
  }

  /** This process, then the executors'. */
  private static List<Long> processes() {
    List<Long> processes = new ArrayList<>(List.of(ProcessHandle.current().pid()));
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .forEach(child -> processes.add(child.pid()));
    return processes;
  }

  private static List<Long> allocated(List<Long> processes)
      throws IOException, InterruptedException {
    List<Long> bytes = new ArrayList<>();
    for (long process : processes) {
      bytes.add(allocated(process));
    }
    return bytes;
  }

  private static long allocated(long process) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process),
                "Thread.print",
                "-e")
            .redirectErrorStream(true)
            .start();
    String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd " + process + " ends with " + jcmd.exitValue() + ": " + text);
    }
    long bytes = 0;
    for (Matcher each = ALLOCATED.matcher(text); each.find(); ) {
      int shift = 10 * "BKMG".indexOf(each.group(2));
      bytes += Long.parseLong(each.group(1)) << shift;
    }
    return bytes;
  }
}
