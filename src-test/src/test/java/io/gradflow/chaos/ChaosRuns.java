package io.gradflow.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.chaos.ChaosJob.Steps;
import io.gradflow.driver.cli.Gradflow;
import io.gradflow.testkit.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs of one job with something done to them, each in an output of its own, and their table. */
final class ChaosRuns {
  /** Longer than any run takes whose executor is found missing by Spark's own deadlines below. */
  private static final long END_SECONDS = 240;

  /** Spark finds out in seconds, not minutes, that an executor is silent. */
  static final List<String> SOON =
      List.of(
          "spark.network.timeout=8s",
          "spark.network.timeoutInterval=1s",
          "spark.executor.heartbeatInterval=1s");

  private final Path directory;
  private final ChaosTable table;
  private final ChaosJob job;
  private final Map<String, String> conf;
  private int outputs;

  /**
   * @param directory of all files
   */
  ChaosRuns(Path directory, ChaosTable table) throws IOException {
    this.directory = directory;
    this.table = table;
    this.job = ChaosJob.write(directory);
    this.conf = LocalCluster.settings(LocalCluster.jar(directory));
  }

  Path newOutput() {
    return directory.resolve("output-" + ++outputs);
  }

  /** A local cluster of two executors. */
  Site localCluster() {
    return new LocalSite(directory, conf, "local-cluster[2,1,1024]");
  }

  /** Threads of one process. */
  Site localMaster() {
    return new LocalSite(directory, conf, "local[2]");
  }

  /** Master and workers. */
  StandaloneSite standalone() throws IOException, InterruptedException {
    return StandaloneSite.start(directory, conf);
  }

  /** The same with driver and master in one network, a worker in another. */
  StandaloneSite standalone(TwoNetworks networks) throws IOException, InterruptedException {
    Path own = directory.resolve("networks-" + ++outputs);
    return StandaloneSite.start(
        "standalone, two networks", own, conf, networks.near(), networks.near(), networks.far());
  }

  /** One run of several in an application. */
  record Run(Steps steps, String what, Moment moment, Deed deed) {}

  /** Does each to a run of its own and requires the bits of an undisturbed one. */
  void sameBits(Site site, List<String> settings, List<Run> series)
      throws IOException, InterruptedException {
    List<Path> into = new ArrayList<>();
    List<String> commands = new ArrayList<>();
    for (Run run : series) {
      // Now, not while the application goes on.
      job.expected(run.steps());
      Path output = newOutput();
      into.add(output);
      commands.add(String.join("\t", job.command(run.steps(), output, List.of())));
    }
    String name = "series-" + outputs;
    Path file = directory.resolve(name);
    Files.write(file, commands);
    try (JavaProcess application =
        site.start(name, settings, List.of(ChaosCommands.class.getName(), file.toString()))) {
      for (int i = 0; i < series.size(); i++) {
        Run run = series.get(i);
        application.awaitText(ChaosCommands.begins(i), END_SECONDS);
        application.mark(ChaosCommands.begins(i));
        long start = System.nanoTime();
        int command = i;
        doIt(site, application, run.moment(), run.deed())
            .andThen(
                () -> {
                  boolean ended = application.awaitText(ChaosCommands.ends(command), END_SECONDS);
                  String found = ChaosJob.found(into.get(command));
                  String expected = job.expected(run.steps());
                  table.add(
                      site.name(),
                      run.steps().word(),
                      run.what(),
                      run.moment().toString(),
                      ended && found.equals(expected)
                          ? "same bits"
                          : "weights " + found + ": " + said(application),
                      (System.nanoTime() - start) / 1e9);
                  assertTrue(ended, run + "\n" + application.said());
                  assertEquals(expected, found, run + "\n" + application.said());
                });
      }
    }
  }

  /**
   * Does it and requires an error.
   *
   * @param more words of the command
   * @param exit its code
   * @param text what it says, among others
   */
  void ends(
      Site site,
      Steps steps,
      Path output,
      String what,
      Moment moment,
      List<String> settings,
      List<String> more,
      Deed deed,
      int exit,
      String text)
      throws IOException, InterruptedException {
    try (JavaProcess application = start(site, steps, output, settings, more)) {
      doIt(site, application, moment, deed)
          .andThen(
              () -> {
                int code = application.await(END_SECONDS);
                String said = said(application);
                record(
                    site,
                    steps,
                    what,
                    moment.toString(),
                    "exit " + code + ": " + said,
                    application);
                assertEquals(exit, code, what + "\n" + application.said());
                assertTrue(said.contains(text), what + "\n" + application.said());
                assertEquals("", ChaosJob.found(output), "an unfinished run looks finished");
              });
    }
  }

  /** Starts a run, or goes on with one, and asks it to end; requires exit code 75. */
  void terminate(Site site, Steps steps, Path output, Moment moment)
      throws IOException, InterruptedException {
    ends(
        site,
        steps,
        output,
        "SIGTERM of the driver",
        moment,
        List.of(),
        List.of(),
        (where, application, files) -> {
          application.terminate();
          return () -> {};
        },
        75,
        "stopped on request after step");
  }

  /** Kills drivers, each time damaging a file of the newest checkpoint, and goes on to the end. */
  void damagedCheckpoints(Random random, List<String> files)
      throws IOException, InterruptedException {
    Site site = localMaster();
    Path output = newOutput();
    String damaged = "";
    for (String file : files) {
      String what = "kill -9 of the driver, a bit of the newest checkpoint's " + file + " flipped";
      damaged = leaveAfterCheckpoint(site, output, what, damaged, random, List.of());
      Damage.flip(output.resolve("checkpoints").resolve(damaged).resolve(file), random);
    }
    try (JavaProcess application = start(site, Steps.RESIDENT, output, List.of(), List.of())) {
      requirePassedOver(application, damaged);
      String what = "after damage to " + String.join(", ", files);
      finish(application, site, Steps.RESIDENT, output, what, "resumed");
    }
  }

  /**
   * Starts a run, or goes on with one, and ends it without notice soon after it has got further.
   *
   * @param damaged the checkpoint that it must pass over; "" for none
   * @param settings Spark's
   * @return the newest checkpoint then; there is an older one
   */
  String leaveAfterCheckpoint(
      Site site, Path output, String what, String damaged, Random random, List<String> settings)
      throws IOException, InterruptedException {
    try (JavaProcess application = start(site, Steps.RESIDENT, output, settings, List.of())) {
      String before = newest(output);
      requirePassedOver(application, damaged);
      application.awaitText("steps by ", END_SECONDS);
      while (application.isAlive()
          && (wholeCheckpoints(output).size() < 2 || newest(output).compareTo(before) <= 0)) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      int millis = random.nextInt(300);
      TimeUnit.MILLISECONDS.sleep(millis);
      assertTrue(application.isAlive(), "the run was over: " + application.said());
      application.kill();
      String after = newest(output);
      record(
          site,
          Steps.RESIDENT,
          what,
          "a new checkpoint + " + millis + " ms",
          "newest checkpoint: " + after,
          application);
      return after;
    }
  }

  private static void requirePassedOver(JavaProcess application, String damaged)
      throws IOException, InterruptedException {
    if (!damaged.isEmpty()) {
      boolean said = application.awaitText(damaged + " is passed over: ", END_SECONDS);
      assertTrue(said, damaged + "\n" + application.said());
    }
  }

  /** Starts it without doing anything. */
  JavaProcess start(Site site, Steps steps, Path output, List<String> settings, List<String> more)
      throws IOException, InterruptedException {
    List<String> application = new ArrayList<>(List.of(Gradflow.class.getName()));
    application.addAll(job.command(steps, output, more));
    return site.start(output.getFileName().toString(), settings, application);
  }

  /** Goes on with an output and requires the bits of an undisturbed run. */
  void resumes(Site site, Steps steps, Path output, List<String> settings, String what)
      throws IOException, InterruptedException {
    try (JavaProcess application = start(site, steps, output, settings, List.of())) {
      finish(application, site, steps, output, what, "resumed");
    }
  }

  /** Starts a run, or goes on with one, and ends it without notice. */
  void leave(Site site, Steps steps, Path output, String what, Moment moment, List<String> settings)
      throws IOException, InterruptedException {
    try (JavaProcess application = start(site, steps, output, settings, List.of())) {
      assertTrue(moment.await(application), "the run was over at " + moment);
      application.kill();
      record(
          site,
          steps,
          what,
          moment.toString(),
          "newest checkpoint: " + newest(output),
          application);
    }
  }

  void record(
      Site site, Steps steps, String what, String when, String outcome, JavaProcess application) {
    table.add(site.name(), steps.word(), what, when, outcome, application.seconds());
  }

  private void finish(
      JavaProcess application, Site site, Steps steps, Path output, String what, String when)
      throws IOException, InterruptedException {
    int code = application.await(END_SECONDS);
    String found = ChaosJob.found(output);
    boolean same = code == 0 && found.equals(job.expected(steps));
    record(
        site,
        steps,
        what,
        when,
        same ? "same bits" : "exit " + code + ", weights " + found + ": " + said(application),
        application);
    assertEquals(0, code, what + "\n" + application.said());
    assertEquals(job.expected(steps), found, what + ", " + when);
  }

  private Done doIt(Site site, JavaProcess application, Moment moment, Deed deed)
      throws IOException, InterruptedException {
    if (!moment.await(application) || ChaosCommands.anyEnds(application.said())) {
      throw new AssertionError("the run was over at " + moment + "\n" + application.said());
    }
    return new Done(deed.on(site, application, directory));
  }

  /** The last thing a command said of itself. */
  private static String said(JavaProcess application) throws IOException {
    return application
        .said()
        .lines()
        .filter(line -> line.startsWith("gradflow: "))
        .reduce((first, second) -> second)
        .map(line -> line.substring("gradflow: ".length()))
        .orElse("nothing said");
  }

  private static String newest(Path output) throws IOException {
    return wholeCheckpoints(output).stream().max(String::compareTo).orElse("none");
  }

  private static List<String> wholeCheckpoints(Path output) throws IOException {
    Path checkpoints = output.resolve("checkpoints");
    if (!Files.exists(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(checkpoints)) {
      return names
          .filter(path -> Files.exists(path.resolve("manifest.json")))
          .map(path -> path.getFileName().toString())
          .toList();
    }
  }

  /** What a deed has left to undo. */
  private record Done(Runnable undo) {
    /** What happens while the deed is in force. */
    interface Rest {
      void run() throws IOException, InterruptedException;
    }

    void andThen(Rest rest) throws IOException, InterruptedException {
      try {
        rest.run();
      } finally {
        undo.run();
      }
    }
  }
}
