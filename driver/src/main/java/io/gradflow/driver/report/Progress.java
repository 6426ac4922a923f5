package io.gradflow.driver.report;

import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.driver.train.TrainingStart;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Training as a person watches it: one line that is redrawn on a terminal, a plain line every few
 * seconds otherwise; always one line an epoch.
 */
public final class Progress implements TrainingListener {
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long LOG_NANOS = 5_000_000_000L;
  private static final int BAR_WIDTH = 16;

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private TrainingStart start;
  private long startedAt;
  private long shownAt;
  private long rowsSinceShown;
  private double examplesPerSecond;
  private int drawn;

  /**
   * @param out where to; standard error
   * @param terminal whether {@code out} understands a carriage return
   * @param nanoTime {@code System::nanoTime}
   */
  public Progress(PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  /** One line of its own. */
  public void say(String line) {
    erase();
    out.println(line);
  }

  @Override
  public void onStart(TrainingStart training) {
    start = training;
    startedAt = nanoTime.getAsLong();
    shownAt = startedAt;
    say(
        String.format(
            Locale.ROOT,
            "training %,d rows, %d epochs of %,d steps, batch %,d in %d micro-shards, %,d"
                + " parameters",
            training.rows(),
            training.epochs(),
            training.stepsPerEpoch(),
            training.batchSize(),
            training.microShards(),
            training.parameters()));
    say("steps by " + training.runner());
  }

  @Override
  public void onStep(StepReport step) {
    rowsSinceShown += step.rows();
    long now = nanoTime.getAsLong();
    long since = now - shownAt;
    if (since < (terminal ? REDRAW_NANOS : LOG_NANOS)) {
      return;
    }
    examplesPerSecond = rowsSinceShown * 1e9 / since;
    rowsSinceShown = 0;
    shownAt = now;
    if (terminal) {
      redraw(bar(step) + "  " + line(step, now));
    } else {
      out.println(line(step, now));
    }
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "epoch %d/%d  %.1f s  %,.0f examples/s  train %s",
            epoch.epoch(),
            start.epochs(),
            epoch.seconds(),
            epoch.train().rows() / epoch.seconds(),
            figures(epoch.train())));
    epoch
        .validation()
        .ifPresent(validation -> line.append("  validation ").append(figures(validation)));
    say(line.toString());
  }

  @Override
  public void onNotice(TrainingNotice notice) {
    say(notice.text());
  }

  @Override
  public void onEnd(TrainResult result) {
    erase();
  }

  /** Loss and the metrics that are one number: {@code loss 0.1234 accuracy 0.9700}. */
  static String figures(Evaluation evaluation) {
    StringBuilder text =
        new StringBuilder(String.format(Locale.ROOT, "loss %.4f", evaluation.meanLoss()));
    for (Map.Entry<String, Object> metric : evaluation.metrics().entrySet()) {
      if (metric.getValue() instanceof Double value) {
        text.append(String.format(Locale.ROOT, " %s %.4f", metric.getKey(), value));
      }
    }
    return text.toString();
  }

  private String line(StepReport step, long now) {
    long steps = (long) start.epochs() * start.stepsPerEpoch();
    double secondsPerStep = (now - startedAt) / 1e9 / (step.step() - start.stepsBefore());
    return String.format(
        Locale.ROOT,
        "epoch %d/%d step %d/%d  loss %.4f  %,.0f examples/s  ETA %s",
        step.epoch(),
        start.epochs(),
        step.stepInEpoch(),
        step.stepsInEpoch(),
        step.meanLoss(),
        examplesPerSecond,
        clock(Math.round(secondsPerStep * (steps - step.step()))));
  }

  private String bar(StepReport step) {
    int filled = (int) ((long) BAR_WIDTH * step.stepInEpoch() / step.stepsInEpoch());
    return "[" + "=".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "]";
  }

  private static String clock(long seconds) {
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private void redraw(String line) {
    out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    out.flush();
    drawn = line.length();
  }

  private void erase() {
    if (drawn > 0) {
      out.print("\r" + " ".repeat(drawn) + "\r");
      drawn = 0;
    }
  }
}
