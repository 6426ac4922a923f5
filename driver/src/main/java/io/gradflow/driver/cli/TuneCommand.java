package io.gradflow.driver.cli;

import io.gradflow.common.error.Redaction;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.run.HadoopStorage;
import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.StopRequest;
import io.gradflow.driver.run.Trial;
import io.gradflow.driver.run.TrialTable;
import io.gradflow.driver.run.Tuning;
import io.gradflow.driver.search.Tune;
import io.gradflow.driver.search.TuneFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gradflow tune}: good values for a job's keys. */
@Command(
    name = "tune",
    description = "Searches for values of a job's keys that give the best validation score.",
    footer = {
      "",
      "The job as it is comes first, then the trials of the search. The output has a line for",
      "each (trials.csv), a plot (trials.svg) and the best job file (best.yaml); a search that was",
      "stopped goes on when it is run again.",
      "",
      "Example:",
      "  gradflow tune deploy/examples/search/breast-cancer.yaml --output out/tune"
    })
final class TuneCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "SPACE", description = "A search file in YAML; any Hadoop URI.")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Another value in the job for every trial. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "The directory to leave behind (default: ${DEFAULT-VALUE}).",
      defaultValue = "out/tune")
  private String output;

  @Option(names = "--json", description = "Print the trials as JSON.")
  private boolean json;

  TuneCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Tune tune = TuneFile.read(JobOptions.text(file), file);
    String jobFile = JobFile.pathsFrom(file).apply(tune.job());
    String jobText = JobOptions.text(jobFile);
    StopRequest stop = new StopRequest();
    try (OpenSession spark = OpenSession.open("tune " + Redaction.text(tune.job()));
        Signals signals = new Signals(stop, terminal.err()::println)) {
      signals.listen();
      Storage storage =
          HadoopStorage.at(output, spark.session().sparkContext().hadoopConfiguration());
      Tuning tuning = new Tuning(spark.session(), tune, jobText, jobFile, overrides);
      Tuning.Outcome outcome = tuning.run(storage, terminal.err()::println, stop);
      terminal.out().print(json ? json(outcome, tune) : text(outcome, tune));
    }
    return 0;
  }

  private static String text(Tuning.Outcome outcome, Tune tune) {
    return TrialTable.text(outcome.trials(), tune.metric())
        + "best: trial "
        + outcome.best()
        + "; its job file: "
        + outcome.bestJob()
        + "\n";
  }

  private static String json(Tuning.Outcome outcome, Tune tune) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("metric", tune.metric());
    summary.put("best", outcome.best());
    summary.put("bestJob", outcome.bestJob());
    summary.put("trials", outcome.trials().stream().map(TuneCommand::trial).toList());
    return Json.indented(summary);
  }

  private static Map<String, Object> trial(Trial trial) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("number", trial.number());
    facts.put("status", trial.status());
    facts.put("values", trial.values());
    facts.put("byEpoch", trial.byEpoch());
    facts.put("seconds", trial.seconds());
    return facts;
  }
}
