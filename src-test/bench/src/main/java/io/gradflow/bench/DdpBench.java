package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.VectorSupport;
import io.gradflow.driver.step.StepSum;
import io.gradflow.worker.replica.RunSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A training step between two executor processes of one thread each, by resident tasks, against
 * PyTorch's DDP with gloo on two processes of one thread each ({@code ddp.py}), in turns: a block
 * of steps here, then a run of the script, while this side's tasks wait.
 *
 * <p>Arguments, in any order: {@code mlp} (default) or {@code small}; {@code blocks} to have arrays
 * travel by Spark's block transfer, as between machines; {@code rounds=N}; {@code microShards=N};
 * {@code script=PATH} of ddp.py; {@code python=COMMAND}. Where python3 has no torch, that is said
 * and only this side is timed.
 */
public final class DdpBench {
  private static final String MASTER = "local-cluster[2,1,1024]";
  private static final Pattern LINE = Pattern.compile("ddp \\S+ median ([0-9.]+) .*");

  private static final List<String> PARTS =
      List.of("compute", "wait", "weights", "reduce", "optimizer");

  private DdpBench() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments = new Arguments(args, "rounds", "microShards", "script", "python");
    Workload named = arguments.take("small") ? Workload.SMALL : Workload.MLP;
    arguments.take("mlp");
    Workload workload = named.withMicroShards(arguments.number("microShards", named.microShards()));
    int rounds = arguments.number("rounds", 5);
    Path script = Path.of(arguments.text("script", "src-test/bench/ddp/ddp.py"));
    boolean files = !arguments.take("blocks");
    arguments.expectAtMost(0);
    String python = arguments.text("python", "python3");
    boolean torch = Files.exists(script) && ends(python, "-c", "import torch");
    if (!torch) {
      System.out.println(
          "DDP is skipped: " + python + " cannot import torch, or there is no " + script);
    }
    int steps = named.equals(Workload.MLP) ? 60 : 2000;
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    try (SparkRig rig = new SparkRig(MASTER, workload, files)) {
      RunSpec run = rig.run(Numerics.PORTABLE);
      try (GradflowStep resident =
          new GradflowStep("resident tasks", run, rig.residentSteps(run), 2)) {
        median(resident, 4 * steps); // compiled by then
        for (int round = 0; round < rounds; round++) {
          ours[round] = median(resident, steps);
          theirs[round] = torch ? ddp(python, script, workload, steps) : Double.NaN;
        }
      }
    }
    double[] ratios = new double[rounds];
    Arrays.setAll(ratios, round -> ours[round] / theirs[round]);
    Arrays.sort(ours);
    Arrays.sort(theirs);
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "%n%s, %d micro-shards; %s%n  resident tasks on %s, arrays by %s: median %.4f ms%n"
            + "  DDP, two processes: median %.4f ms%n"
            + "  ratio %.3f (rounds %.3f to %.3f)%n",
        workload.title(),
        workload.microShards(),
        VectorSupport.description(),
        MASTER,
        files ? "files" : "blocks",
        ours[rounds / 2],
        theirs[rounds / 2],
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1]);
  }

  private static double median(GradflowStep contestant, int steps) {
    double[] millis = new double[steps];
    double[][] parts = new double[PARTS.size()][steps];
    for (int i = 0; i < steps; i++) {
      long start = System.nanoTime();
      contestant.step();
      millis[i] = (System.nanoTime() - start) * 1e-6;
      StepSum step = contestant.last();
      parts[0][i] = step.computeNanos() * 1e-6;
      parts[1][i] = step.waitNanos() * 1e-6;
      parts[2][i] = step.broadcastNanos() * 1e-6;
      parts[3][i] = step.reduceNanos() * 1e-6;
      parts[4][i] = contestant.optimizerNanos() * 1e-6;
    }
    StringBuilder line = new StringBuilder("  medians, ms:");
    for (int p = 0; p < parts.length; p++) {
      Arrays.sort(parts[p]);
      line.append(String.format(Locale.ROOT, " %s %.3f", PARTS.get(p), parts[p][steps / 2]));
    }
    Arrays.sort(millis);
    System.out.printf(Locale.ROOT, "%s, whole step %.3f%n", line, millis[steps / 2]);
    return millis[steps / 2];
  }

  private static double ddp(String command, Path script, Workload workload, int steps)
      throws IOException, InterruptedException {
    Process python =
        new ProcessBuilder(command, script.toString(), workload.name(), Integer.toString(steps))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    double median = Double.NaN;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          median = Double.parseDouble(matcher.group(1));
        }
      }
    }
    if (python.waitFor() != 0 || Double.isNaN(median)) {
      throw new IOException(script + " ends with " + python.exitValue() + " and no median");
    }
    return median;
  }

  private static boolean ends(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }
}
