package io.gradflow.driver.report;

import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.PlateauState;
import io.gradflow.driver.train.TrainResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A finished run in one page: {@code summary.json}, and the same for people.
 *
 * @param name the job's
 * @param result how training ended
 * @param microShards parts that every step was added up from
 * @param parameters floats in the flat vector
 * @param test on the test data, if there are any
 * @param rows by {@code train, validation, test, rejected}
 * @param sources the rows of each source: read, used, refused and why
 * @param steps where the steps' time went
 * @param folds of cross-validation, if there was one
 */
public record RunSummary(
    String name,
    TrainResult result,
    int microShards,
    int parameters,
    Optional<Evaluation> test,
    Map<String, Long> rows,
    List<Map<String, Object>> sources,
    StepStatistics steps,
    Optional<FoldsReport> folds) {
  /** The name of the file below the run's directory; its presence means success. */
  public static final String NAME = "summary.json";

  /** The same with what cross-validation found. */
  public RunSummary with(Optional<FoldsReport> found) {
    return new RunSummary(name, result, microShards, parameters, test, rows, sources, steps, found);
  }

  /** Examples that training saw a second, validation and all else included. */
  double examplesPerSecond() {
    return steps.rows() / result.seconds();
  }

  /** The content of {@code summary.json}. Keys are only ever added. */
  public Map<String, Object> toMap() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("version", 1);
    summary.put("name", name);
    summary.put("status", word(result.ending()));
    summary.put("epochs", result.epochs());
    summary.put("bestEpoch", result.bestEpoch());
    summary.put("steps", result.steps());
    summary.put("seconds", result.seconds());
    summary.put("totalSeconds", result.totalSeconds());
    summary.put("resumedAfterStep", result.earlierSteps());
    summary.put("examplesPerSecond", examplesPerSecond());
    summary.put("microShards", microShards);
    summary.put("tasksPerStep", steps.tasks());
    summary.put("parameters", parameters);
    summary.put("weightsSha256", result.weightsSha256());
    summary.put("train", figures(result.train()));
    result.validation().ifPresent(validation -> summary.put("validation", figures(validation)));
    test.ifPresent(evaluation -> summary.put("test", figures(evaluation)));
    folds.ifPresent(report -> summary.put("folds", report.toMap()));
    result.plateau().ifPresent(plateau -> summary.put("plateau", decays(plateau)));
    summary.put("rows", rows);
    summary.put("sources", sources);
    summary.put("stepMillis", steps.stepMillis());
    return summary;
  }

  /**
   * A dozen lines for standard output.
   *
   * @param output where the run's files are
   */
  public String text(String output) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s: %s after %d epochs, %,d steps, %.1f s (%,.0f examples/s)",
        name,
        switch (result.ending()) {
          case COMPLETED -> "completed";
          case EARLY_STOPPED -> "stopped early, epoch " + result.bestEpoch() + " kept,";
          case TARGET_REACHED -> "target reached";
          case LIMIT_REACHED -> "limit reached";
          case STOPPED -> "stopped on request";
        },
        result.epochs(),
        result.steps(),
        result.seconds(),
        examplesPerSecond());
    if (result.earlierSteps() > 0) {
      line(
          text,
          "  resumed     after step %,d; %.1f s of training in all",
          result.earlierSteps(),
          result.totalSeconds());
    }
    line(text, "  train       %s", Progress.figures(result.train()));
    result
        .validation()
        .ifPresent(validation -> line(text, "  validation  %s", Progress.figures(validation)));
    test.ifPresent(evaluation -> line(text, "  test        %s", Progress.figures(evaluation)));
    result
        .plateau()
        .filter(plateau -> !plateau.loweredAfter().isEmpty())
        .ifPresent(
            plateau ->
                line(
                    text,
                    "  plateau     learning rate lowered after epochs %s, times %.4g in all",
                    plateau.loweredAfter().toString().replaceAll("[\\[\\]]", ""),
                    plateau.factor()));
    folds.ifPresent(
        report -> line(text, "  %-10s  %s", report.folds().size() + " folds", report.text()));
    line(text, "  rows        %s", rows.toString().replaceAll("[{}]", "").replace("=", " "));
    Map<String, Object> millis = steps.stepMillis();
    line(
        text,
        "  step        %.2f ms median, %.2f ms p95, %d tasks, %d micro-shards",
        millis.get("median"),
        millis.get("p95"),
        steps.tasks(),
        microShards);
    line(text, "  weights     %,d, sha256 %s", parameters, result.weightsSha256());
    line(text, "  output      %s", output);
    return text.toString();
  }

  /** {@code loss} and every metric by label. */
  public static Map<String, Object> figures(Evaluation evaluation) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("loss", evaluation.meanLoss());
    figures.putAll(evaluation.metrics());
    return figures;
  }

  private static Map<String, Object> decays(PlateauState plateau) {
    Map<String, Object> decays = new LinkedHashMap<>();
    decays.put("loweredAfter", plateau.loweredAfter());
    decays.put("factor", plateau.factor());
    return decays;
  }

  /** COMPLETED as {@code completed}, EARLY_STOPPED as {@code earlyStopped}. */
  static String word(TrainResult.Ending ending) {
    return switch (ending) {
      case COMPLETED -> "completed";
      case EARLY_STOPPED -> "earlyStopped";
      case TARGET_REACHED -> "targetReached";
      case LIMIT_REACHED -> "limitReached";
      case STOPPED -> "stopped";
    };
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
