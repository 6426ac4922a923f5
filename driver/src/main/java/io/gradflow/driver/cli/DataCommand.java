package io.gradflow.driver.cli;

import io.gradflow.driver.data.DataProfile;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.report.DataReport;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.run.OpenSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gradflow data}: what a job's data hold, before anything is trained on them. */
@Command(
    name = "data",
    description = "Profiles a job's data: rows, columns, splits, suspicions; trains nothing.",
    footer = {
      "",
      "Shown of every source: rows read, used and refused, with reasons. Of every split and every",
      "column that the job names: missing values, range, mean, outliers or categories. Then how"
          + " far",
      "held-out rows differ from those of training, and what looks wrong: constant and duplicate",
      "columns, columns that give the label away, classes out of balance.",
      "",
      "The same profile of the training rows is kept with the model; evaluate and predict compare",
      "later rows with it.",
      "",
      "Example:",
      "  gradflow data deploy/examples/digits.yaml --json"
    })
final class DataCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private JobOptions jobOptions;

  @Option(names = "--json", description = "Print the profile as JSON.")
  private boolean json;

  DataCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Job job = jobOptions.read();
    try (OpenSession spark = OpenSession.open(job.name())) {
      DataProfile profile =
          PreparedData.profile(
              spark.session(), job.data(), job.seed(), job.train().microShardCount());
      DataReport report = new DataReport(job.name(), profile);
      terminal.out().print(json ? Json.indented(report.toMap()) : report.text());
    }
    return 0;
  }
}
