package io.gradflow.chaos;

import java.io.IOException;
import java.util.List;

/**
 * Where training runs: a kind of cluster of the test's own processes, two executors of one core.
 */
interface Site extends AutoCloseable {
  /** For the table. */
  String name();

  /**
   * Starts an application of this cluster.
   *
   * @param name of its files of output
   * @param settings Spark's, as {@code key=value}
   * @param application its main class and the arguments
   */
  JavaProcess start(String name, List<String> settings, List<String> application)
      throws IOException, InterruptedException;

  /** The executor processes of an application that are alive. */
  List<ProcessHandle> executors(JavaProcess application);

  @Override
  void close();
}
