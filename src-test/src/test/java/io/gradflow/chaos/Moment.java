package io.gradflow.chaos;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A moment in the life of a run.
 *
 * @param training whether counted from the beginning of training, else from that of the command,
 *     while data are prepared
 */
record Moment(boolean training, int millis) {
  private static final long BEGIN_SECONDS = 120;

  static Moment training(Random random, int withinMillis) {
    return new Moment(true, random.nextInt(withinMillis));
  }

  static Moment preparing(Random random, int withinMillis) {
    return new Moment(false, random.nextInt(withinMillis));
  }

  /** Waits for it; false if the application has ended before. */
  boolean await(JavaProcess application) throws IOException, InterruptedException {
    if (training) {
      application.awaitText("steps by ", BEGIN_SECONDS);
    }
    TimeUnit.MILLISECONDS.sleep(millis);
    return application.isAlive();
  }

  @Override
  public String toString() {
    return (training ? "training + " : "preparing + ") + millis + " ms";
  }
}
