package io.gradflow.driver.cli;

import io.gradflow.common.error.ExitCode;
import io.gradflow.driver.check.CheckReport;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.TrainingRun;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gradflow check}: are the job's gradients right, and its bits the same every way? */
@Command(
    name = "check",
    description = "Checks the gradients of a job's network on the job's data; trains nothing.",
    footer = {
      "",
      "The first step's gradient is compared with finite differences of its loss, for every",
      "parameter along directions and at elements, and the step is run in process, as Spark jobs",
      "and by resident tasks, which must give the same bits. Ends with 70 if anything is wrong.",
      "",
      "Example:",
      "  gradflow check deploy/examples/digits.yaml --set train.batchSize=32"
    })
final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private JobOptions jobOptions;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Job job = jobOptions.read();
    try (OpenSession spark = OpenSession.open(job.name())) {
      CheckReport report = new TrainingRun(spark.session(), job).check();
      terminal.out().print(report.text());
      return report.passes() ? ExitCode.OK.code() : ExitCode.INTERNAL.code();
    }
  }
}
