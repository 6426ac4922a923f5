package io.gradflow.driver.cli;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.report.Progress;
import io.gradflow.driver.run.HadoopStorage;
import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.RunOptions;
import io.gradflow.driver.run.RunOptions.Resume;
import io.gradflow.driver.run.StopRequest;
import io.gradflow.driver.run.TrainingRun;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gradflow train}: a job file becomes a model. */
@Command(
    name = "train",
    description = "Trains the network of a job file.",
    footer = {
      "",
      "Progress goes to standard error, the summary to standard output.",
      "",
      "Examples:",
      "  gradflow train deploy/examples/digits.yaml",
      "  gradflow train digits.yaml --set train.epochs=5 --set optimizer.adamW.learningRate=0.01"
          + " \\",
      "      --output out/trial --json",
      "  gradflow train digits.yaml --resume auto"
    })
final class TrainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private JobOptions jobOptions;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "The directory to leave behind; any Hadoop URI (default: the job's output.path).")
  private String output;

  @Option(
      names = "--resume",
      paramLabel = "auto|never|DIR",
      description = {
        "auto: go on from the output's newest whole checkpoint, or start if there is none.",
        "never: start anew. DIR: go on from this checkpoint, or the newest of this run.",
        "Default: auto if the job's output.mode is resume."
      })
  private String resume;

  @Option(
      names = "--resume-anyway",
      description = "Go on also if the job differs from the checkpoint's.")
  private boolean resumeAnyway;

  @Option(names = "--json", description = "Print the summary as JSON.")
  private boolean json;

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Job job = jobOptions.read();
    String path = output == null ? job.outputPath() : output;
    Progress progress = new Progress(terminal.err(), terminal.interactive(), System::nanoTime);
    RunOptions options = options();
    try (OpenSession spark = OpenSession.open(job.name());
        Signals signals = new Signals(options.stop(), progress::say)) {
      signals.listen();
      Storage storage =
          HadoopStorage.at(path, spark.session().sparkContext().hadoopConfiguration());
      TrainingRun run = new TrainingRun(spark.session(), job);
      Optional<String> finished = run.finished(storage, options);
      if (finished.isPresent()) {
        terminal.err().println("already finished: " + storage.location("") + "; nothing to do");
        terminal.out().print(json ? finished.get() : "");
        return 0;
      }
      TrainingRun.Outcome outcome = run.run(storage, options, List.of(progress));
      outcome.rejected().forEach(row -> terminal.err().println("rejected: " + row));
      terminal
          .out()
          .print(
              json
                  ? Json.indented(outcome.summary().toMap())
                  : outcome.summary().text(storage.location("")));
    }
    return 0;
  }

  private RunOptions options() {
    Resume kind =
        resume == null
            ? Resume.BY_MODE
            : switch (resume) {
              case "auto" -> Resume.AUTO;
              case "never" -> Resume.NEVER;
              default -> Resume.FROM;
            };
    return new RunOptions(
        kind,
        kind == Resume.FROM ? Optional.of(resume) : Optional.empty(),
        resumeAnyway,
        new StopRequest());
  }
}
