package io.gradflow.driver.cli;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.report.Series;
import io.gradflow.driver.report.SvgChart;
import io.gradflow.driver.report.TextChart;
import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.RateFinder;
import io.gradflow.driver.search.RateRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gradflow lr-find}: from which learning rate to which a job learns. */
@Command(
    name = "lr-find",
    description = "Trains a little with a rising learning rate, and suggests one.",
    footer = {
      "",
      "The rate rises by the same factor every step until the loss leaves. Suggested is the rate",
      "where the smoothed loss falls most steeply. Nothing is kept but the plot.",
      "",
      "Example:",
      "  gradflow lr-find deploy/examples/digits.yaml --plot rates.svg"
    })
final class LrFindCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private JobOptions jobOptions;

  @Option(
      names = "--from",
      paramLabel = "RATE",
      description = "The first rate (default: ${DEFAULT-VALUE}).",
      defaultValue = "1e-7")
  private double from;

  @Option(
      names = "--to",
      paramLabel = "RATE",
      description = "The last rate (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private double to;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps at most (default: ${DEFAULT-VALUE}).",
      defaultValue = "200")
  private int steps;

  @Option(names = "--plot", paramLabel = "FILE", description = "Also write the curve as SVG.")
  private String plot;

  LrFindCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!(from > 0 && to > from) || Double.isInfinite(to) || steps < 20) {
      throw new GradflowException(
          ExitCode.USAGE,
          "--from %s --to %s --steps %d; expected rates above 0, the second larger, and 20 steps"
                  .formatted(from, to, steps)
              + " at least");
    }
    // As many epochs as there are steps leave room for them, whatever the rows.
    Job job = jobOptions.read("train.epochs=" + steps);
    RateRange range;
    try (OpenSession spark = OpenSession.open(job.name())) {
      range = new RateFinder(spark.session(), job).run(from, to, steps);
    }
    List<Series.Point> points = new ArrayList<>();
    for (int i = 0; i < range.rates().size(); i++) {
      points.add(new Series.Point(StrictMath.log10(range.rates().get(i)), range.losses().get(i)));
    }
    Series curve = new Series("loss", points);
    String title = job.name() + ": loss by learning rate";
    String axis = "log10 of the learning rate";
    terminal.out().print(TextChart.render(title, axis, curve));
    if (plot != null) {
      Path path = new Path(plot);
      JobOptions.folder(path)
          .write(
              path.getName(),
              out ->
                  out.write(
                      SvgChart.document(title, axis, List.of(curve))
                          .getBytes(StandardCharsets.UTF_8)));
    }
    if (range.rates().size() < 10) {
      throw new GradflowException(
          ExitCode.DIVERGED,
          "the loss left after "
              + range.rates().size()
              + " steps: begin with a lower rate than --from "
              + from);
    }
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "suggested learning rate: %.2g (the loss left, or the test ended, at %.2g)%n",
            range.suggested(),
            range.rates().get(range.rates().size() - 1));
    return 0;
  }
}
