package io.gradflow.driver.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.driver.health.Finding;
import io.gradflow.driver.health.HealthReport;
import io.gradflow.driver.health.LayerActivity;
import io.gradflow.driver.health.LayerHealth;
import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.StepTimings;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.driver.train.TrainingStart;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code metrics.jsonl}: one JSON object a line, each with its {@code type}: {@code start}, {@code
 * step}, {@code epoch}, {@code health}, {@code notice}, {@code test}, {@code end}.
 *
 * <p>A step line covers the steps since the last one: every step in short runs, so many together in
 * long ones that there are about {@value #STEP_LINES} lines in all. Its loss is their mean,
 * weighted by examples; learning rate and gradient norm are the last one's. Flushed every epoch.
 */
public final class MetricsLog implements TrainingListener, Closeable {
  /** The name of the file below the run's directory. */
  public static final String NAME = "metrics.jsonl";

  private static final int STEP_LINES = 2000;
  private static final JsonMapper READER = JsonMapper.builder().build();

  /** As in the summary's {@code stepMillis}. */
  private static final List<String> PARTS =
      List.of("total", "compute", "wait", "broadcast", "reduce", "optimizer", "spark");

  private final OutputStream out;
  private long stepsPerLine = 1;
  private long lossSteps;
  private double lossSum;
  private double weightSum;
  private long rows;
  private final long[] nanos = new long[PARTS.size()];

  /**
   * @param out closed by {@link #close()}
   */
  public MetricsLog(OutputStream out) {
    this.out = out;
  }

  /**
   * As {@link #MetricsLog(OutputStream)}, after the lines of the run that this one goes on from.
   */
  public MetricsLog(OutputStream out, List<String> earlier) {
    this(out);
    earlier.forEach(this::write);
    flush();
  }

  /**
   * Those lines of an earlier log that hold of a run which goes on from a step: none of a later
   * step, none of its end, and no torn one.
   */
  public static List<String> linesUntil(long step, Stream<String> lines) {
    return lines.filter(line -> holds(line, step)).toList();
  }

  private static boolean holds(String line, long step) {
    try {
      JsonNode values = READER.readTree(line);
      String type = values.path("type").asText();
      return !type.equals("end")
          && !type.equals("test")
          && !type.isEmpty()
          && values.path("step").asLong(0) <= step;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  @Override
  public void onStart(TrainingStart start) {
    long steps = (long) start.epochs() * start.stepsPerEpoch();
    stepsPerLine = Math.max(1, (steps + STEP_LINES - 1) / STEP_LINES);
    Map<String, Object> line = line("start");
    line.put("stepsBefore", start.stepsBefore());
    line.put("epochs", start.epochs());
    line.put("stepsPerEpoch", start.stepsPerEpoch());
    line.put("rows", start.rows());
    line.put("batchSize", start.batchSize());
    line.put("microShards", start.microShards());
    line.put("parameters", start.parameters());
    write(line);
  }

  @Override
  public void onStep(StepReport step) {
    lossSteps++;
    if (step.weightSum() > 0) {
      lossSum += step.meanLoss() * step.weightSum();
      weightSum += step.weightSum();
    }
    rows += step.rows();
    StepTimings timings = step.timings();
    add(0, timings.totalNanos());
    add(1, timings.computeNanos());
    add(2, timings.waitNanos());
    add(3, timings.broadcastNanos());
    add(4, timings.reduceNanos());
    add(5, timings.optimizerNanos());
    add(6, timings.sparkNanos());
    if (step.step() % stepsPerLine == 0) {
      Map<String, Object> line = line("step");
      line.put("step", step.step());
      line.put("epoch", step.epoch());
      line.put("loss", lossSum / weightSum);
      line.put("learningRate", step.learningRate());
      line.put("gradientNorm", step.gradientNorm());
      line.put("rows", rows);
      line.put("millisPerStep", nanos[0] / 1e6 / lossSteps);
      Map<String, Object> parts = new LinkedHashMap<>();
      for (int i = 1; i < PARTS.size(); i++) {
        parts.put(PARTS.get(i), nanos[i] / 1e6 / lossSteps);
      }
      line.put("millis", parts);
      write(line);
      lossSteps = 0;
      lossSum = 0;
      weightSum = 0;
      rows = 0;
      Arrays.fill(nanos, 0);
    }
  }

  private void add(int part, long partNanos) {
    nanos[part] += partNanos;
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    Map<String, Object> line = line("epoch");
    line.put("epoch", epoch.epoch());
    line.put("step", epoch.step());
    line.put("seconds", epoch.seconds());
    line.put("train", RunSummary.figures(epoch.train()));
    epoch
        .validation()
        .ifPresent(validation -> line.put("validation", RunSummary.figures(validation)));
    line.put("best", epoch.best());
    write(line);
    flush();
  }

  @Override
  public void onHealth(HealthReport report) {
    Map<String, Object> line = line("health");
    line.put("step", report.step());
    line.put("firstToLast", report.firstToLast());
    line.put("layers", report.layers().stream().map(MetricsLog::figures).toList());
    line.put("activations", report.activities().stream().map(MetricsLog::figures).toList());
    line.put("findings", report.findings().stream().map(Finding::sentence).toList());
    write(line);
  }

  private static Map<String, Object> figures(LayerHealth layer) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("layer", layer.layer());
    figures.put("gradientNorm", layer.gradientNorm());
    figures.put("weightNorm", layer.weightNorm());
    figures.put("updateRatio", layer.updateRatio());
    return figures;
  }

  private static Map<String, Object> figures(LayerActivity activity) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("layer", activity.layer());
    figures.put("deviation", activity.deviation());
    figures.put("dead", activity.deadShare());
    figures.put("saturated", activity.saturatedShare());
    return figures;
  }

  @Override
  public void onNotice(TrainingNotice notice) {
    Map<String, Object> line = line("notice");
    line.put("step", notice.step());
    line.put("kind", notice.kind().word());
    line.put("text", notice.text());
    write(line);
    flush();
  }

  @Override
  public void onEnd(TrainResult result) {
    Map<String, Object> line = line("end");
    line.put("ending", RunSummary.word(result.ending()));
    line.put("epochs", result.epochs());
    line.put("steps", result.steps());
    line.put("seconds", result.seconds());
    line.put("bestEpoch", result.bestEpoch());
    line.put("weightsSha256", result.weightsSha256());
    write(line);
    flush();
  }

  /** The evaluation on test data, after the end of training. */
  public void test(Evaluation test) {
    Map<String, Object> line = line("test");
    line.put("test", RunSummary.figures(test));
    write(line);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private static Map<String, Object> line(String type) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", type);
    return line;
  }

  private void write(Map<String, Object> line) {
    write(Json.line(line));
  }

  private void write(String line) {
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static UncheckedIOException failed(IOException e) {
    return new UncheckedIOException(
        "cannot write "
            + NAME
            + ": "
            + e.getMessage()
            + "; make room, then go on with --resume auto",
        e);
  }
}
