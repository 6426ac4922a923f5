package io.gradflow.driver.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.driver.health.HealthReport;
import io.gradflow.driver.health.LayerActivity;
import io.gradflow.driver.health.LayerHealth;
import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.driver.train.TrainingStart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code report.html}: the run on one page that needs nothing else: no script, no network. Gathers
 * while training runs, renders at the end.
 */
public final class HtmlReport implements TrainingListener {
  /** The name of the file below the run's directory. */
  public static final String NAME = "report.html";

  private static final int POINTS = 500;
  private static final int STEPS_KEPT = 20_000;
  private static final String STYLE =
      """
      body{font:14px/1.45 system-ui,sans-serif;max-width:880px;margin:2em auto;padding:0 1em;color:#222}
      h1{font-size:22px} h2{font-size:16px;margin-top:2em}
      table{border-collapse:collapse;margin:.5em 0} td,th{padding:2px 10px;border:1px solid #ddd;text-align:right}
      th,td:first-child{text-align:left;font-weight:600;background:#f6f6f6}
      svg{width:100%;height:auto;margin:.5em 0} pre{background:#f6f6f6;padding:1em;overflow:auto}
      """;

  private final List<Series.Point> stepLoss = new ArrayList<>();
  private final List<EpochReport> epochs = new ArrayList<>();
  private final Set<String> findings = new LinkedHashSet<>();
  private Optional<HealthReport> health = Optional.empty();
  private long keepEvery = 1;

  @Override
  public void onStart(TrainingStart start) {
    long steps = (long) start.epochs() * start.stepsPerEpoch();
    keepEvery = Math.max(1, (steps + STEPS_KEPT - 1) / STEPS_KEPT);
  }

  @Override
  public void onStep(StepReport step) {
    if (step.step() % keepEvery == 0) {
      stepLoss.add(new Series.Point(step.step(), step.meanLoss()));
    }
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    // After a rollback, epochs come again.
    epochs.removeIf(earlier -> earlier.epoch() >= epoch.epoch());
    epochs.add(epoch);
  }

  @Override
  public void onHealth(HealthReport report) {
    health = Optional.of(report);
    report.findings().forEach(finding -> findings.add(finding.sentence()));
  }

  @Override
  public void onNotice(TrainingNotice notice) {
    if (notice.kind() == TrainingNotice.Kind.ROLLED_BACK) {
      stepLoss.removeIf(point -> point.x() > notice.step());
    }
  }

  /** Takes in the lines of {@code metrics.jsonl} that the run which this one goes on from left. */
  public void replay(List<String> lines) {
    JsonMapper json = JsonMapper.builder().build();
    for (String line : lines) {
      try {
        JsonNode values = json.readTree(line);
        if (values.path("type").asText().equals("step")) {
          stepLoss.add(
              new Series.Point(
                  values.path("step").asLong(), values.path("loss").asDouble(Double.NaN)));
        } else if (values.path("type").asText().equals("epoch")) {
          onEpoch(
              new EpochReport(
                  values.path("epoch").asInt(),
                  values.path("step").asLong(),
                  values.path("seconds").asDouble(),
                  evaluation(values.path("train")),
                  values.has("validation")
                      ? Optional.of(evaluation(values.path("validation")))
                      : Optional.empty(),
                  values.path("best").asBoolean()));
        }
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("not a line of metrics: " + line, e);
      }
    }
  }

  /** The figures that are one number; enough for curves. */
  private static Evaluation evaluation(JsonNode figures) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    figures
        .properties()
        .forEach(
            figure -> {
              if (!figure.getKey().equals("loss") && !figure.getValue().isContainerNode()) {
                metrics.put(figure.getKey(), figure.getValue().asDouble(Double.NaN));
              }
            });
    return new Evaluation(0, 0, figures.path("loss").asDouble(Double.NaN), metrics);
  }

  /**
   * The page.
   *
   * @param manifest what {@code manifest.json} says: plain values
   */
  public String render(RunSummary summary, Map<String, ?> manifest) {
    StringBuilder page = new StringBuilder();
    String title = Html.escape(summary.name());
    page.append("<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>")
        .append(title)
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body>\n<h1>")
        .append(title)
        .append("</h1>\n");
    Map<String, Object> facts = new LinkedHashMap<>(summary.toMap());
    for (String section : List.of("train", "validation", "test", "rows", "sources", "stepMillis")) {
      facts.remove(section);
    }
    table(page, facts);
    charts(page);
    section(page, "Training data, last epoch", RunSummary.figures(summary.result().train()));
    summary
        .result()
        .validation()
        .ifPresent(validation -> section(page, "Validation", RunSummary.figures(validation)));
    summary.test().ifPresent(test -> section(page, "Test", RunSummary.figures(test)));
    health.ifPresent(report -> health(page, report));
    section(page, "Rows", summary.rows());
    section(page, "Milliseconds a step", summary.steps().stepMillis());
    heading(page, "Manifest");
    page.append("<pre>").append(Html.escape(Json.indented(manifest))).append("</pre>\n");
    return page.append("</body></html>\n").toString();
  }

  private void charts(StringBuilder page) {
    heading(page, "Curves");
    page.append(
        SvgChart.render(
            "training loss by step",
            "step",
            List.of(new Series("train", stepLoss).thinned(POINTS))));
    Map<String, List<Series>> byFigure = new LinkedHashMap<>();
    for (String figure : epochs.isEmpty() ? List.<String>of() : numbers(epochs.get(0).train())) {
      List<Series> series = new ArrayList<>();
      series.add(curve("train", figure, epochs.stream().map(EpochReport::train).toList()));
      if (epochs.get(0).validation().isPresent()) {
        series.add(
            curve(
                "validation",
                figure,
                epochs.stream().map(epoch -> epoch.validation().orElseThrow()).toList()));
      }
      byFigure.put(figure, series);
    }
    byFigure.forEach(
        (figure, series) -> page.append(SvgChart.render(figure + " by epoch", "epoch", series)));
  }

  private static List<String> numbers(Evaluation evaluation) {
    return RunSummary.figures(evaluation).entrySet().stream()
        .filter(figure -> figure.getValue() instanceof Double)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Series curve(String name, String figure, List<Evaluation> epochs) {
    List<Series.Point> points = new ArrayList<>();
    for (int i = 0; i < epochs.size(); i++) {
      points.add(new Series.Point(i + 1, (Double) RunSummary.figures(epochs.get(i)).get(figure)));
    }
    return new Series(name, points).thinned(POINTS);
  }

  private static void section(StringBuilder page, String title, Map<String, ?> values) {
    heading(page, title);
    table(page, values);
  }

  private void health(StringBuilder page, HealthReport report) {
    heading(page, "Health of learning, after step " + report.step());
    for (String finding : findings) {
      page.append("<p>").append(Html.escape(finding)).append("</p>\n");
    }
    page.append("<table><tr><th>layer</th><th>gradient norm</th><th>weight norm</th>")
        .append("<th>update / weight</th></tr>\n");
    for (LayerHealth layer : report.layers()) {
      row(page, layer.layer(), layer.gradientNorm(), layer.weightNorm(), layer.updateRatio());
    }
    page.append("</table>\n<table><tr><th>layer</th><th>spread of activations</th>")
        .append("<th>dead units</th><th>saturated values</th></tr>\n");
    for (LayerActivity activity : report.activities()) {
      row(
          page,
          activity.layer(),
          activity.deviation(),
          activity.deadShare(),
          activity.saturatedShare());
    }
    page.append("</table>\n");
  }

  private static void row(StringBuilder page, String name, double... values) {
    page.append("<tr><td>").append(Html.escape(name)).append("</td>");
    for (double value : values) {
      page.append("<td>").append(text(value)).append("</td>");
    }
    page.append("</tr>\n");
  }

  private static void heading(StringBuilder page, String title) {
    page.append("<h2>").append(Html.escape(title)).append("</h2>\n");
  }

  private static void table(StringBuilder page, Map<String, ?> values) {
    page.append("<table>\n");
    values.forEach(
        (key, value) -> {
          page.append("<tr><td>").append(Html.escape(key)).append("</td><td>");
          cell(page, value);
          page.append("</td></tr>\n");
        });
    page.append("</table>\n");
  }

  private static void cell(StringBuilder page, Object value) {
    if (value instanceof List<?> rows && !rows.isEmpty() && rows.get(0) instanceof List) {
      page.append("<table>");
      for (Object row : rows) {
        page.append("<tr>");
        for (Object entry : (List<?>) row) {
          page.append("<td>").append(text(entry)).append("</td>");
        }
        page.append("</tr>");
      }
      page.append("</table>");
    } else if (value instanceof List<?> entries) {
      entries.forEach(entry -> page.append(text(entry)).append(' '));
    } else {
      page.append(text(value));
    }
  }

  private static String text(Object value) {
    if (value instanceof Double number) {
      boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
      return String.format(Locale.ROOT, whole ? "%.0f" : "%.5g", number);
    }
    return Html.escape(String.valueOf(value));
  }
}
