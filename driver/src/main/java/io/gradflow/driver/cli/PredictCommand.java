package io.gradflow.driver.cli;

import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.Predictions;
import io.gradflow.driver.run.TrainedModel;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gradflow predict}: adds prediction columns to data. */
@Command(
    name = "predict",
    description = "Adds prediction columns to data and writes them, all columns kept.",
    footer = {
      "",
      "Classes give prediction and probability_LABEL, a number gives prediction.",
      "",
      "Example:",
      "  gradflow predict out/digits --data new.csv --output out/predicted --output-format csv"
    })
final class PredictCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "A model directory, or that of its run.")
  private String model;

  @Mixin private DataOptions data;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "URI",
      description = "A directory that does not exist yet.")
  private String output;

  @Option(
      names = "--output-format",
      defaultValue = "parquet",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Predictions.Format outputFormat;

  @Mixin private BadRowOption onBadRow;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    try (OpenSession spark = OpenSession.open("gradflow predict")) {
      TrainedModel trained = TrainedModel.load(spark.session(), model);
      Predictions.Counts counts =
          Predictions.write(
              spark.session(), trained, data.source(), onBadRow.answer(), output, outputFormat);
      counts.drift().forEach(column -> terminal.err().println("drift: " + column.text()));
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "%,d rows predicted, %,d rejected, written to %s%n",
              counts.predicted(),
              counts.rejected(),
              output);
    }
    return 0;
  }
}
