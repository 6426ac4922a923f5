package io.gradflow.driver.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;

/**
 * What a run takes of the driver against what the driver may have: its heap, and the results that
 * Spark lets in at once.
 *
 * @param runBytes weights, gradients, optimizer state and the like
 * @param resultBytes sums of one step, if a Spark job brings them
 */
public record DriverLimits(long runBytes, long resultBytes) {
  /** What Spark itself takes of a heap: its own reserve, and as much for its scheduler. */
  private static final long SPARK_BYTES = 600L << 20;

  private static final String MAX_RESULT_SIZE = "spark.driver.maxResultSize";
  private static final long MEGABYTE = 1 << 20;

  /** The heap that the driver should have. */
  public long heapBytes() {
    return runBytes + resultBytes + SPARK_BYTES;
  }

  /**
   * What must be raised, a sentence for each setting; empty if all is large enough.
   *
   * @param conf the user's settings
   * @param maxHeapBytes the most that the driver's heap may become
   */
  public List<String> tooSmall(SparkConf conf, long maxHeapBytes) {
    List<String> advice = new ArrayList<>();
    if (maxHeapBytes < heapBytes()) {
      advice.add(
          String.format(
              Locale.ROOT,
              "the driver's heap is %s; raise --driver-memory (spark.driver.memory) to %s",
              megabytes(maxHeapBytes),
              megabytes(heapBytes())));
    }
    if (conf.contains(MAX_RESULT_SIZE)) {
      long most = conf.getSizeAsBytes(MAX_RESULT_SIZE);
      // Zero: no limit.
      if (most > 0 && most < resultBytes) {
        advice.add(
            String.format(
                Locale.ROOT,
                "%s=%s lets in less than a step's sums; raise it to %s, or leave it unset:"
                    + " Gradflow then sets 0, no limit",
                MAX_RESULT_SIZE,
                conf.get(MAX_RESULT_SIZE),
                megabytes(resultBytes)));
      }
    }
    return advice;
  }

  private static String megabytes(long bytes) {
    return (bytes + MEGABYTE - 1) / MEGABYTE + "m";
  }
}
