package io.gradflow.common.reduce;

import io.gradflow.common.message.SubtreeSum;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Arrays that sums are made in, lent out and taken back, so that steps allocate none. Grows to what
 * is in use at once: log2 of a range of micro-shards a thread. Of arrays given back no more are
 * kept than were taken, so that sums of other origin may be given back as well. Safe for several
 * threads.
 */
public final class SumArrays {
  private final int gradientSize;
  private final int metricCount;
  private final Deque<float[]> gradients = new ArrayDeque<>();
  private final Deque<double[]> metrics = new ArrayDeque<>();
  private int gradientsTaken;
  private int metricsTaken;

  public SumArrays(int gradientSize, int metricCount) {
    this.gradientSize = gradientSize;
    this.metricCount = metricCount;
  }

  /** An array for the flat gradient that holds anything, to be overwritten. */
  public float[] takeUncleared() {
    float[] array = pollGradient();
    return array == null ? new float[gradientSize] : array;
  }

  private synchronized float[] pollGradient() {
    gradientsTaken++;
    return gradients.poll();
  }

  /** An array of zeros for metric sums. */
  public double[] takeMetrics() {
    double[] array;
    synchronized (this) {
      metricsTaken++;
      array = metrics.poll();
    }
    if (array == null) {
      return new double[metricCount];
    }
    Arrays.fill(array, 0);
    return array;
  }

  /** Takes the arrays of a sum that nobody reads any more. */
  public synchronized void giveBack(SubtreeSum sum) {
    if (gradientsTaken > 0 && sum.gradientSum().length == gradientSize && gradientSize > 0) {
      gradientsTaken--;
      gradients.push(sum.gradientSum());
    }
    if (metricsTaken > 0 && sum.metricSums().length == metricCount && metricCount > 0) {
      metricsTaken--;
      metrics.push(sum.metricSums());
    }
  }
}
