package io.gradflow.driver.cli;

import io.gradflow.driver.data.RejectedRow;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.report.DataReport;
import io.gradflow.driver.report.Json;
import io.gradflow.driver.report.RunSummary;
import io.gradflow.driver.run.EvaluationOutcome;
import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.OutputMetric;
import io.gradflow.driver.run.TrainedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gradflow evaluate}: a saved model's loss and metrics on labelled data. */
@Command(
    name = "evaluate",
    description = "Computes loss and metrics of a saved model on labelled data.",
    footer = {
      "",
      "Examples:",
      "  gradflow evaluate out/digits --data test.csv",
      "  gradflow evaluate out/digits --data test.parquet --format parquet \\",
      "      --metric 'topK: 3' --metric confusionMatrix --json"
    })
final class EvaluateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "A model directory, or that of its run.")
  private String model;

  @Mixin private DataOptions data;

  @Mixin private BadRowOption onBadRow;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      description =
          "A metric as in a job's train.metrics (default: those of training). Of several outputs it"
              + " measures each that it fits, or the one named before it: digit.accuracy. May be"
              + " repeated.")
  private List<String> metrics = new ArrayList<>();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    try (OpenSession spark = OpenSession.open("gradflow evaluate")) {
      TrainedModel trained = TrainedModel.load(spark.session(), model);
      List<OutputMetric> wanted =
          metrics.stream()
              .map(text -> OutputMetric.read(text, "--metric", trained.spec()))
              .toList();
      EvaluationOutcome outcome =
          trained.evaluate(
              SourceTable.open(spark.session(), "--data", data.source()),
              onBadRow.answer(),
              wanted);
      outcome.drift().forEach(column -> terminal.err().println("drift: " + column.text()));
      if (json) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", trained.spec().name());
        result.put("weightsSha256", trained.spec().weightsSha256());
        result.put("rows", outcome.evaluation().rows());
        result.put("rejected", outcome.rejected());
        result.putAll(RunSummary.figures(outcome.evaluation()));
        result.put("drift", outcome.drift().stream().map(DataReport::map).toList());
        terminal.out().print(Json.indented(result));
      } else {
        print(outcome);
      }
    }
    return 0;
  }

  private void print(EvaluationOutcome outcome) {
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%,d rows, %,d rejected%n",
            outcome.evaluation().rows(),
            outcome.rejected());
    for (RejectedRow row : outcome.samples()) {
      terminal.err().println("rejected: " + row);
    }
    RunSummary.figures(outcome.evaluation())
        .forEach((name, value) -> terminal.out().println("  " + name + " " + value));
  }
}
