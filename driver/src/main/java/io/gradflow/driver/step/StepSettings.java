package io.gradflow.driver.step;

import java.time.Duration;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * How patient steps are; a cluster's administrator may set each as {@code spark.gradflow.<name>},
 * and a job its {@code train.stepTimeout}.
 *
 * @param leaseMillis how long a Spark job of resident tasks lasts about, so that Spark can share
 *     the executors anew ({@code leaseTime})
 * @param joinMillis how long a task may be missing while others wait ({@code joinTimeout})
 * @param stepTimeoutMillis how long a step may take ({@code stepTimeout})
 * @param pollMillis how long a task waits for a command before it asks again ({@code pollTime})
 * @param maxInlineFloats larger arrays travel by Spark's block transfer ({@code maxInlineFloats})
 * @param shareFiles whether larger arrays pass through files in Spark's local directory instead,
 *     between processes of one machine ({@code shareFiles}); never where Spark encrypts
 */
public record StepSettings(
    long leaseMillis,
    long joinMillis,
    long stepTimeoutMillis,
    long pollMillis,
    int maxInlineFloats,
    boolean shareFiles) {
  // Two executor processes on a busy machine, medians in ms a step, inline and by block: 72,000
  // parameters 3.2 and 5.3; 270,000 13 and 8.3; 1.8 million 85 and 45.
  private static final int MAX_INLINE_FLOATS = 1 << 17;

  public StepSettings {
    if (leaseMillis < 1 || joinMillis < 1 || stepTimeoutMillis < 1 || pollMillis < 1) {
      throw new IllegalArgumentException(
          "times of resident steps must be at least 1 ms: lease "
              + leaseMillis
              + ", join "
              + joinMillis
              + ", step "
              + stepTimeoutMillis
              + ", poll "
              + pollMillis);
    }
  }

  /** The application's settings. */
  public static StepSettings from(SparkConf conf) {
    return new StepSettings(
        conf.getTimeAsMs("spark.gradflow.leaseTime", "60s"),
        conf.getTimeAsMs("spark.gradflow.joinTimeout", "10s"),
        conf.getTimeAsMs("spark.gradflow.stepTimeout", "30min"),
        conf.getTimeAsMs("spark.gradflow.pollTime", "5s"),
        conf.getInt("spark.gradflow.maxInlineFloats", MAX_INLINE_FLOATS),
        conf.getBoolean("spark.gradflow.shareFiles", true) && !encrypts(conf));
  }

  /** The same with the step timeout that a job asks for, if it does. */
  public StepSettings withStepTimeout(Optional<Duration> timeout) {
    return new StepSettings(
        leaseMillis,
        joinMillis,
        timeout.map(Duration::toMillis).orElse(stepTimeoutMillis),
        pollMillis,
        maxInlineFloats,
        shareFiles);
  }

  /** Whoever encrypts wires or disks does not want arrays to lie about in files. */
  private static boolean encrypts(SparkConf conf) {
    return conf.getBoolean("spark.io.encryption.enabled", false)
        || conf.getBoolean("spark.network.crypto.enabled", false)
        || conf.getBoolean("spark.ssl.rpc.enabled", false);
  }
}
