package io.gradflow.driver.cli;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.report.Progress;
import io.gradflow.driver.run.HadoopStorage;
import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.TrainingRun;
import java.io.IOException;
import java.util.List;
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
      "      --output out/trial --json"
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
    try (OpenSession spark = OpenSession.open(job.name())) {
      Storage storage =
          HadoopStorage.at(path, spark.session().sparkContext().hadoopConfiguration());
      TrainingRun.Outcome outcome =
          new TrainingRun(spark.session(), job).run(storage, List.of(progress));
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
}
