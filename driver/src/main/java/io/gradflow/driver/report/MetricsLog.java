package io.gradflow.driver.report;

import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingStart;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object a line, each with its {@code type}: {@code start}, {@code
 * step}, {@code epoch}, {@code test}, {@code end}.
 *
 * <p>A step line covers the steps since the last one: every step in short runs, so many together in
 * long ones that there are about {@value #STEP_LINES} lines in all. Its loss is their mean,
 * weighted by examples; learning rate and gradient norm are the last one's. Flushed every epoch.
 */
public final class MetricsLog implements TrainingListener, Closeable {
  /** The name of the file below the run's directory. */
  public static final String NAME = "metrics.jsonl";

  private static final int STEP_LINES = 2000;

  private final OutputStream out;
  private long stepsPerLine = 1;
  private long lossSteps;
  private double lossSum;
  private double weightSum;
  private long rows;
  private long nanos;

  /**
   * @param out closed by {@link #close()}
   */
  public MetricsLog(OutputStream out) {
    this.out = out;
  }

  @Override
  public void onStart(TrainingStart start) {
    long steps = (long) start.epochs() * start.stepsPerEpoch();
    stepsPerLine = Math.max(1, (steps + STEP_LINES - 1) / STEP_LINES);
    Map<String, Object> line = line("start");
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
    nanos += step.timings().totalNanos();
    if (step.step() % stepsPerLine == 0) {
      Map<String, Object> line = line("step");
      line.put("step", step.step());
      line.put("epoch", step.epoch());
      line.put("loss", lossSum / weightSum);
      line.put("learningRate", step.learningRate());
      line.put("gradientNorm", step.gradientNorm());
      line.put("rows", rows);
      line.put("millisPerStep", nanos / 1e6 / lossSteps);
      write(line);
      lossSteps = 0;
      lossSum = 0;
      weightSum = 0;
      rows = 0;
      nanos = 0;
    }
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
    try {
      out.write((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + NAME + ": " + e.getMessage(), e);
    }
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + NAME + ": " + e.getMessage(), e);
    }
  }
}
